import { formatSignedPercent } from '@/lib/format'

import type { TradeRow } from './model'
import styles from './trades.module.css'

/** How far a trade went against its entry and for it, and where it ended. */
export function RangeBar({ row, scale }: { row: TradeRow; scale: number }) {
  const share = (ratio: number) => Math.min(1, Math.abs(ratio) / scale) * 50
  const end = row.profitRatio === null ? null : row.profitRatio / row.leverage
  const label = `Drawdown ${formatSignedPercent(row.drawdown)}, run-up ${formatSignedPercent(row.runUp)}`
  return (
    <span className={styles['range']} role="img" aria-label={label} title={label}>
      <span className={styles['down']} style={{ width: `${share(row.drawdown)}%` }} />
      <span className={styles['up']} style={{ width: `${share(row.runUp)}%` }} />
      {end !== null && (
        <span
          className={styles['end']}
          style={{ insetInlineStart: `${50 + Math.sign(end) * share(end)}%` }}
        />
      )}
    </span>
  )
}
