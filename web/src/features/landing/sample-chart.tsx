import styles from './landing.module.css'

const WIDTH = 640
const HEIGHT = 260

interface SampleChartProps {
  /** Wallet over wallet at the start, and the pairs' mean price over that at the start. */
  equity: readonly number[]
  market: readonly number[]
  /** What the picture shows, in words. */
  label: string
}

/** Equity against the market, as one small picture that needs no charting library. */
export function SampleChart({ equity, market, label }: SampleChartProps) {
  const all = [...equity, ...market]
  const low = Math.min(...all)
  const high = Math.max(...all)
  const y = (value: number) => HEIGHT - ((value - low) / (high - low)) * HEIGHT
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={styles['chart']}
    >
      <line x1={0} x2={WIDTH} y1={y(1)} y2={y(1)} className={styles['zero']} />
      <path d={path(market, y)} className={styles['market']} />
      <path d={path(equity, y)} className={styles['equity']} />
    </svg>
  )
}

function path(values: readonly number[], y: (value: number) => number): string {
  const step = WIDTH / (values.length - 1)
  return values
    .map(
      (value, index) =>
        `${index === 0 ? 'M' : 'L'}${(index * step).toFixed(1)} ${y(value).toFixed(1)}`,
    )
    .join('')
}
