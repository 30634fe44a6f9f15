import styles from './svg.module.css'
import { linear, niceTicks } from './ticks'
import { ValueGrid } from './value-grid'

const WIDTH = 560
const HEIGHT = 220
const PAD = { left: 72, right: 16, top: 10, bottom: 38 }

interface LineChartProps {
  label: string
  points: readonly (readonly [x: number, y: number])[]
  /** Marked on the line of zero, where it lies inside. */
  crossing: number | null
  axis: string
  formatY: (value: number) => string
}

/** One line over plain numbers, with the line of zero. */
export function LineChart({ label, points, crossing, axis, formatY }: LineChartProps) {
  const ys = points.map(([, value]) => value)
  const lowest = Math.min(0, ...ys)
  const highest = Math.max(0, ...ys, lowest + 1e-9)
  const last = points.at(-1)?.[0] ?? 1
  const x = linear(points[0]?.[0] ?? 0, last, PAD.left, WIDTH - PAD.right)
  const y = linear(lowest, highest, HEIGHT - PAD.bottom, PAD.top)
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      className={styles['chart']}
    >
      <ValueGrid
        range={[lowest, highest]}
        y={y}
        left={PAD.left}
        right={WIDTH - PAD.right}
        format={formatY}
      />
      <line x1={PAD.left} x2={WIDTH - PAD.right} y1={y(0)} y2={y(0)} className={styles['axis']} />
      <polyline
        points={points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}
        className={styles['curve']}
      />
      {crossing !== null && crossing >= 0 && crossing <= last && (
        <circle cx={x(crossing)} cy={y(0)} r={5} className={styles['mark']} />
      )}
      {niceTicks(0, last, 5).map((tick) => (
        <text key={tick} x={x(tick)} y={HEIGHT - 22} textAnchor="middle">
          {tick}
        </text>
      ))}
      <text x={(WIDTH + PAD.left) / 2} y={HEIGHT - 4} textAnchor="middle">
        {axis}
      </text>
    </svg>
  )
}
