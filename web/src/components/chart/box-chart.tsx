import styles from './svg.module.css'
import { linear, niceTicks } from './ticks'

const WIDTH = 560
const ROW = 52
const PAD = { left: 76, right: 16, top: 6, bottom: 24 }

export interface BoxGroup {
  name: string
  values: readonly number[]
}

/** The five numbers of a box plot: extremes, quartiles, median. */
export function fiveNumbers(
  values: readonly number[],
): [number, number, number, number, number] | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = (sorted.length - 1) * share
    const low = sorted[Math.floor(place)] ?? 0
    return low + ((sorted[Math.ceil(place)] ?? 0) - low) * (place % 1)
  }
  return [at(0), at(0.25), at(0.5), at(0.75), at(1)]
}

interface BoxChartProps {
  label: string
  groups: readonly BoxGroup[]
  format: (value: number) => string
}

/** Box plots side by side, on a square-root scale because durations lie close to zero and far from it. */
export function BoxChart({ label, groups, format }: BoxChartProps) {
  const height = PAD.top + groups.length * ROW + PAD.bottom
  const most = Math.max(1, ...groups.flatMap((group) => fiveNumbers(group.values)?.[4] ?? []))
  const straight = linear(0, Math.sqrt(most), PAD.left, WIDTH - PAD.right)
  const x = (value: number) => straight(Math.sqrt(Math.max(0, value)))
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={label}
      className={styles['chart']}
    >
      {niceTicks(0, Math.sqrt(most), 4).map((tick) => (
        <g key={tick}>
          <line
            x1={straight(tick)}
            x2={straight(tick)}
            y1={PAD.top}
            y2={height - PAD.bottom}
            className={styles['grid']}
          />
          <text x={straight(tick)} y={height - 6} textAnchor="middle">
            {format(tick * tick)}
          </text>
        </g>
      ))}
      {groups.map((group, index) => (
        <Box key={group.name} group={group} x={x} middle={PAD.top + (index + 0.5) * ROW} />
      ))}
    </svg>
  )
}

function Box({
  group,
  x,
  middle,
}: {
  group: BoxGroup
  x: (value: number) => number
  middle: number
}) {
  const numbers = fiveNumbers(group.values)
  return (
    <g>
      <text x={PAD.left - 10} y={middle + 4} textAnchor="end">
        {group.name}
      </text>
      {numbers !== null && (
        <>
          <line
            x1={x(numbers[0])}
            x2={x(numbers[4])}
            y1={middle}
            y2={middle}
            className={styles['axis']}
          />
          <rect
            x={x(numbers[1])}
            width={Math.max(1, x(numbers[3]) - x(numbers[1]))}
            y={middle - 13}
            height={26}
            rx={3}
            className={styles['box']}
          />
          <line
            x1={x(numbers[2])}
            x2={x(numbers[2])}
            y1={middle - 13}
            y2={middle + 13}
            className={styles['middle']}
          />
        </>
      )}
    </g>
  )
}
