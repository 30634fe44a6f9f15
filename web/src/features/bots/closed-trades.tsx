import { useInfiniteQuery } from '@tanstack/react-query'

import { Change } from '@/components/ui/change'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More, Table } from '@/components/ui/table'
import {
  formatDateTime,
  formatDuration,
  formatPrice,
  formatSignedMoney,
  formatSignedPercent,
} from '@/lib/format'

import { botQueries } from './api'
import styles from './bots.module.css'
import type { Bot, ClosedTrade } from './schemas'

const REFRESH_MS = 10_000
const NUMBERS = ['Opened at', 'Closed at', 'Profit']

/** The trades that are over, fees paid, the newest first. */
export function ClosedTrades({ bot }: { bot: Bot }) {
  const trades = useInfiniteQuery({
    ...botQueries.trades(bot.id),
    refetchInterval: bot.wanted === 'stopped' ? false : REFRESH_MS,
  })
  if (trades.data === undefined) {
    return trades.error === null ? (
      <Loading label="Closed trades are loading">
        <Skeleton height="10rem" />
      </Loading>
    ) : (
      <Problem error={trades.error} onRetry={() => void trades.refetch()} />
    )
  }
  const items = trades.data.pages.flatMap((page) => page.items)
  return (
    <Panel title="Closed trades" note="Fees are paid." isFlush={items.length > 0}>
      {items.length === 0 ? (
        <p className={styles['muted']}>No trade was closed yet.</p>
      ) : (
        <TradeTable trades={items} currency={bot.stakeCurrency} />
      )}
      <More of={trades} className={styles['more']}>
        Show older ones
      </More>
    </Panel>
  )
}

function TradeTable({ trades, currency }: { trades: readonly ClosedTrade[]; currency: string }) {
  return (
    <Table caption="Closed trades, the newest first, times in UTC">
      <thead>
        <tr>
          <th scope="col">Pair</th>
          {NUMBERS.map((name) => (
            <th key={name} scope="col" data-kind="number">
              {name}
            </th>
          ))}
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {trades.map((trade) => (
          <tr key={trade.number}>
            <th scope="row">
              {trade.pair}
              <p className={styles['muted']}>{formatDateTime(trade.closedAt)}</p>
            </th>
            <td data-kind="number">{formatPrice(trade.openRate)}</td>
            <td data-kind="number">{formatPrice(trade.closeRate)}</td>
            <td data-kind="number">
              <Change value={trade.profit} text={formatSignedPercent(trade.profitRatio)} />
              <p className={styles['muted']}>{formatSignedMoney(trade.profit, currency)}</p>
            </td>
            <td>
              {trade.exitReason.replaceAll('_', ' ')}
              <p className={styles['muted']}>after {formatDuration(secondsOf(trade))}</p>
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function secondsOf({ openedAt, closedAt }: ClosedTrade): number {
  return (Date.parse(closedAt) - Date.parse(openedAt)) / 1000
}
