import styles from './svg.module.css'
import { niceTicks } from './ticks'

interface ValueGridProps {
  /** The range of values; four round ones in it get a line. */
  range: readonly [low: number, high: number]
  y: (value: number) => number
  /** Where the lines begin and end. */
  left: number
  right: number
  format: (value: number) => string
}

/** Horizontal lines at round values, each with its value to the left. */
export function ValueGrid({ range, y, left, right, format }: ValueGridProps) {
  return niceTicks(...range, 4).map((tick) => (
    <g key={tick}>
      <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} className={styles['grid']} />
      <text x={left - 8} y={y(tick) + 4} textAnchor="end">
        {format(tick)}
      </text>
    </g>
  ))
}
