import { Link } from '@tanstack/react-router'

import { Badge } from '@/components/ui/badge'
import { Change } from '@/components/ui/change'
import {
  formatDateTime,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPrice,
  formatSigned,
  formatSignedPercent,
  moneyDecimals,
} from '@/lib/format'

import type { ColumnId } from './columns'
import type { TradeRow } from './model'
import { RangeBar } from './range-bar'

interface CellProps {
  column: ColumnId
  row: TradeRow
  runId: string
  currency: string
  /** The largest run-up or drawdown that a bar shows in full, as a fraction. */
  scale: number
}

/** One figure of a trade. */
export function Cell({ column, row, runId, currency, scale }: CellProps) {
  const decimals = moneyDecimals(currency)
  switch (column) {
    case 'number':
      return (
        <Link
          to="/backtests/$runId/chart"
          params={{ runId }}
          search={{ trade: row.number, pair: row.pair }}
          aria-label={`Trade ${row.number} on the chart`}
        >
          {row.number}
        </Link>
      )
    case 'profit':
      return <Change value={row.profit} text={formatSigned(row.profit, decimals)} />
    case 'profitPercent':
      return <Change value={row.profitRatio} text={formatSignedPercent(row.profitRatio)} />
    case 'cumulative':
      return <Change value={row.cumulative} text={formatSigned(row.cumulative, decimals)} />
    case 'range':
      return <RangeBar row={row} scale={scale} />
    case 'closedAt':
      return row.closedAt === null ? <Badge tone="info">Open</Badge> : formatDateTime(row.closedAt)
    default:
      return plainText(column, row, decimals)
  }
}

type Plain = Exclude<
  ColumnId,
  'number' | 'profit' | 'profitPercent' | 'cumulative' | 'range' | 'closedAt'
>

function plainText(column: Plain, row: TradeRow, decimals: number): string {
  const texts: Record<Plain, () => string> = {
    pair: () => row.pair,
    direction: () => (row.isShort ? '↓ Short' : '↑ Long'),
    openedAt: () => formatDateTime(row.openedAt),
    duration: () => formatDuration(row.duration),
    runUp: () => formatPercent(row.runUp),
    drawdown: () => formatPercent(row.drawdown),
    exitReason: () => row.exitReason ?? '–',
    enterTag: () => row.enterTag ?? '–',
    openRate: () => formatPrice(row.openRate),
    closeRate: () => formatPrice(row.closeRate),
    stake: () => formatNumber(row.stake, decimals),
    amount: () => formatPrice(row.amount),
    leverage: () => `${formatNumber(row.leverage, 1)}×`,
    fees: () => formatNumber(row.fees, decimals === 2 ? 4 : decimals),
  }
  return texts[column]()
}
