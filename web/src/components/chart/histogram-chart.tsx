import { formatPercent } from '@/lib/format'

import { histogram } from './histogram'
import styles from './svg.module.css'
import { linear, niceTicks } from './ticks'
import { ValueGrid } from './value-grid'

const WIDTH = 560
const HEIGHT = 220
const PAD = { left: 36, right: 8, top: 8, bottom: 24 }

/** How often returns (fractions) of each size occurred, with the density as a line. */
export function HistogramChart({ label, values }: { label: string; values: readonly number[] }) {
  const { bins, density } = histogram(values)
  const low = Math.min(bins[0]?.from ?? 0, density[0]?.[0] ?? 0)
  const high = Math.max(bins.at(-1)?.to ?? 1, density.at(-1)?.[0] ?? 1)
  const most = Math.max(1, ...bins.map((bin) => bin.count), ...density.map(([, count]) => count))
  const x = linear(low, high, PAD.left, WIDTH - PAD.right)
  const y = linear(0, most, HEIGHT - PAD.bottom, PAD.top)
  const line = density.map(([value, count]) => `${x(value).toFixed(1)},${y(count).toFixed(1)}`)
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      className={styles['chart']}
    >
      <ValueGrid
        range={[0, most]}
        y={y}
        left={PAD.left}
        right={WIDTH - PAD.right}
        format={String}
      />
      {bins.map((bin) => (
        <rect
          key={bin.from}
          x={x(bin.from) + 0.5}
          width={Math.max(1, x(bin.to) - x(bin.from) - 1)}
          y={y(bin.count)}
          height={y(0) - y(bin.count)}
          opacity={0.75}
          className={bin.from >= -1e-12 ? styles['gain'] : styles['loss']}
        >
          <title>{`${formatPercent(bin.from)} to ${formatPercent(bin.to)}: ${bin.count}`}</title>
        </rect>
      ))}
      <polyline points={line.join(' ')} className={styles['curve']} />
      {niceTicks(low, high, 6).map((tick) => (
        <text key={tick} x={x(tick)} y={HEIGHT - 6} textAnchor="middle">
          {formatPercent(tick, 1)}
        </text>
      ))}
    </svg>
  )
}
