import { formatSignedPercent } from '@/lib/format'

import styles from './search.module.css'

const WIDTH = 160
const HEIGHT = 40
const PAD = 2

interface SparkProps {
  values: readonly number[]
  /** Where the time after the publication begins. */
  since: number | null
}

/** The balance in a few strokes, the time after the publication in a colour of its own. */
export function Spark({ values, since }: SparkProps) {
  const lowest = Math.min(1, ...values)
  const span = Math.max(1, ...values) - lowest || 1
  const point = (value: number, index: number) =>
    `${((index / (values.length - 1 || 1)) * WIDTH).toFixed(1)},${(HEIGHT - PAD - ((value - lowest) / span) * (HEIGHT - 2 * PAD)).toFixed(1)}`
  const points = values.map(point)
  const cut = since ?? values.length
  const start = point(1, 0).split(',')[1]
  const last = values.at(-1) ?? 1
  return (
    <svg
      className={styles['spark']}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`The balance over time, ${formatSignedPercent(last - 1)} at its end`}
    >
      <line x1={0} x2={WIDTH} y1={start} y2={start} className={styles['sparkStart']} />
      <polyline points={points.slice(0, cut + 1).join(' ')} className={styles['sparkBefore']} />
      {since !== null && (
        <polyline points={points.slice(cut).join(' ')} className={styles['sparkAfter']} />
      )}
    </svg>
  )
}
