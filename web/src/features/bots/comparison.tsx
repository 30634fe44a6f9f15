import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { Badge } from '@/components/ui/badge'
import { Change } from '@/components/ui/change'
import { Figure, Figures } from '@/components/ui/figures'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { Table } from '@/components/ui/table'
import { formatDateTime, formatPrice, formatSignedMoney, plural } from '@/lib/format'

import styles from './bots.module.css'
import { CAUSE_WORDS, comparisonQuery, type Difference } from './comparison-schemas'
import type { Bot } from './schemas'

/** Why the bot earned something else than its backtest, in all and trade by trade. */
export function BotComparison({ bot, runId }: { bot: Bot; runId: string }) {
  const comparison = useQuery(comparisonQuery(bot.id, runId))
  if (comparison.isError) {
    return <Problem error={comparison.error} onRetry={() => void comparison.refetch()} />
  }
  if (comparison.data === undefined) {
    return (
      <Loading label="Comparing with the backtest">
        <Skeleton height="16rem" />
      </Loading>
    )
  }
  const { start, end, live, backtest, total, causes, items } = comparison.data
  const money = (value: number) => (
    <Change value={value} text={formatSignedMoney(value, bot.stakeCurrency)} />
  )
  return (
    <div className={styles['stack']}>
      <p className={styles['muted']}>
        Closed trades from {formatDateTime(start)} to {formatDateTime(end)} UTC.
      </p>
      <Figures>
        <Figure name="The bot" about="Profit of its closed trades, fees paid.">
          {money(live)}
        </Figure>
        <Figure name="The backtest" about="Profit of the simulated trades, fees paid.">
          {money(backtest)}
        </Figure>
        <Figure name="Difference" about="The bot less the backtest. The causes add up to it.">
          {money(total)}
        </Figure>
      </Figures>
      <Wide label="Causes of the difference">
        <Table caption="Causes of the difference; they add up to it">
          <thead>
            <tr>
              <th scope="col">Cause</th>
              <th scope="col" data-kind="number">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {causes.map(({ cause, amount }) => (
              <tr key={cause}>
                <th scope="row">
                  {CAUSE_WORDS[cause][0]}
                  <p className={styles['muted']}>{CAUSE_WORDS[cause][1]}</p>
                </th>
                <td data-kind="number">{money(amount)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Difference</th>
              <td data-kind="number">{money(total)}</td>
            </tr>
          </tfoot>
        </Table>
      </Wide>
      <Wide label="Trades compared">
        <Table caption={`${plural(items.length, 'trade')} compared, times in UTC`}>
          <thead>
            <tr>
              <th scope="col">Trade</th>
              <th scope="col">Bot</th>
              <th scope="col">Backtest</th>
              <th scope="col">Why</th>
              <th scope="col" data-kind="number">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <DifferenceRow key={keyOf(item)} item={item} currency={bot.stakeCurrency} />
            ))}
          </tbody>
        </Table>
      </Wide>
    </div>
  )
}

/** A table that scrolls by itself where the page is narrow. */
function Wide({ label, children }: { label: string; children: ReactNode }) {
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={styles['wide']} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}

function keyOf({ pair, live, backtest }: Difference): string {
  return `${pair} ${live?.openedAt} ${backtest?.openedAt}`
}

function DifferenceRow({ item, currency }: { item: Difference; currency: string }) {
  const { pair, live, backtest, parts, total } = item
  const opened = (live ?? backtest)?.openedAt
  return (
    <tr>
      <th scope="row">
        {pair}
        {opened !== undefined && <p className={styles['muted']}>{formatDateTime(opened)}</p>}
      </th>
      <td>
        <Side trade={live} currency={currency} />
      </td>
      <td>
        <Side trade={backtest} currency={currency} />
      </td>
      <td>
        {parts.length === 0 ? (
          <span className={styles['muted']}>the same</span>
        ) : (
          <ul className={styles['parts']}>
            {parts.map((part, index) => (
              <li key={index}>
                <Badge tone="neutral">{CAUSE_WORDS[part.cause][0]}</Badge>{' '}
                {formatSignedMoney(part.amount, currency)}
              </li>
            ))}
          </ul>
        )}
      </td>
      <td data-kind="number">
        <Change value={total} text={formatSignedMoney(total, currency)} />
      </td>
    </tr>
  )
}

function Side({ trade, currency }: { trade: Difference['live']; currency: string }) {
  if (trade === null) return <span className={styles['muted']}>no such trade</span>
  return (
    <>
      {formatPrice(trade.openRate)} → {formatPrice(trade.closeRate)}
      <p className={styles['muted']}>
        {formatSignedMoney(trade.profit, currency)}, {trade.exitReason.replaceAll('_', ' ')}
      </p>
    </>
  )
}
