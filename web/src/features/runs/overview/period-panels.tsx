import { useMemo } from 'react'

import { HeatTable } from '@/components/chart/heat-table'
import { Panel } from '@/components/ui/panel'
import { formatSigned } from '@/lib/format'

import { isClosed } from '../metrics/inputs'
import type { Equity, Trade } from '../schemas'
import { monthlyReturns } from './series'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))

const percent = (value: number) => formatSigned(value * 100, 1)

/** The balance's return in each month, in percent. */
export function MonthsPanel({
  days,
  startingBalance,
}: {
  days: Equity['days']
  startingBalance: number
}) {
  const rows = useMemo(() => monthlyReturns(days, startingBalance), [days, startingBalance])
  return (
    <Panel title="Months" note="Return of the balance, in percent" isFlush>
      <HeatTable
        caption="Monthly returns in percent"
        columns={MONTHS}
        rows={rows.map((row) => ({ name: row.year, values: row.months, total: row.total }))}
        format={percent}
        totalName="Year"
      />
    </Panel>
  )
}

/** When trades close, and what they make then. */
export function HoursPanel({
  trades,
  startingBalance,
}: {
  trades: readonly Trade[]
  startingBalance: number
}) {
  const rows = useMemo(() => byHour(trades), [trades])
  return (
    <Panel
      title="Hours and weekdays"
      note={'Profit of trades by their closing hour (UTC), in percent of the starting balance'}
      isFlush
    >
      <HeatTable
        caption={'Profit in percent of the starting balance by weekday and hour of closing, UTC'}
        columns={HOURS}
        rows={rows.map((values, index) => ({ name: WEEKDAYS[index] ?? '', values }))}
        format={(value) => formatSigned((value / startingBalance) * 100, 2)}
      />
    </Panel>
  )
}

/** Seven days from Monday, 24 hours each; null where no trade closed. */
export function byHour(trades: readonly Trade[]): (number | null)[][] {
  const rows = WEEKDAYS.map(() => HOURS.map((): number | null => null))
  for (const trade of trades.filter(isClosed)) {
    const at = new Date(trade.closedAt)
    const row = rows[(at.getUTCDay() + 6) % 7]
    const hour = at.getUTCHours()
    if (row !== undefined) row[hour] = (row[hour] ?? 0) + trade.profit
  }
  return rows
}
