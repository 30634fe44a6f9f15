import { useMemo } from 'react'

import { BoxChart, fiveNumbers } from '@/components/chart/box-chart'
import { histogram } from '@/components/chart/histogram'
import { HistogramChart } from '@/components/chart/histogram-chart'
import { LineChart } from '@/components/chart/line-chart'
import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import {
  formatDuration,
  formatNumber,
  formatPercent,
  formatSignedMoney,
  moneyDecimals,
} from '@/lib/format'

import { closedInOrder } from '../metrics/inputs'
import { heldSeconds } from '../metrics/parts'
import type { Trade } from '../schemas'
import { costCurve } from './cost'
import styles from './overview.module.css'

/** How often trades returned how much. */
export function ReturnsPanel({ trades }: { trades: readonly Trade[] }) {
  const returns = useMemo(() => closedInOrder(trades).map((trade) => trade.profitRatio), [trades])
  const { bins } = useMemo(() => histogram(returns), [returns])
  return (
    <Panel
      title="Returns of trades"
      note="Count of closed trades by return on their stake, with the density"
    >
      <HistogramChart label="Distribution of trade returns" values={returns} />
      <details className={styles['twin']}>
        <summary>As a table</summary>
        <Table caption="Count of trades by return">
          <tbody>
            {bins
              .filter((bin) => bin.count > 0)
              .map((bin) => (
                <tr key={bin.from}>
                  <th scope="row">
                    {formatPercent(bin.from)} to {formatPercent(bin.to)}
                  </th>
                  <td data-kind="number">{bin.count}</td>
                </tr>
              ))}
          </tbody>
        </Table>
      </details>
    </Panel>
  )
}

/** How long trades were open. */
export function DurationsPanel({ trades }: { trades: readonly Trade[] }) {
  const groups = useMemo(() => {
    const closed = closedInOrder(trades)
    const of = (name: string, pick: (ratio: number) => boolean) => ({
      name,
      values: closed.filter((trade) => pick(trade.profitRatio)).map(heldSeconds),
    })
    return [
      of('All', () => true),
      of('Winners', (value) => value > 0),
      of('Losers', (value) => value < 0),
    ]
  }, [trades])
  return (
    <Panel
      title="Durations of trades"
      note="Shortest, quartiles, median and longest; the scale is a square root"
    >
      <BoxChart
        label="Durations of all, winning and losing trades"
        groups={groups}
        format={formatDuration}
      />
      <details className={styles['twin']}>
        <summary>As a table</summary>
        <Table caption="Durations of trades">
          <thead>
            <tr>
              <td />
              {['Shortest', 'Lower quartile', 'Median', 'Upper quartile', 'Longest'].map((name) => (
                <th key={name} scope="col" data-kind="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ name, values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {(fiveNumbers(values) ?? []).map((value, index) => (
                  <td key={index} data-kind="number">
                    {formatDuration(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      </details>
    </Panel>
  )
}

/** What is left of the profit when every order costs more. */
export function CostPanel({ trades, currency }: { trades: readonly Trade[]; currency: string }) {
  const { points, breakEven } = useMemo(() => costCurve(trades), [trades])
  const at = (extra: number) => points[extra]?.[1]
  const decimals = moneyDecimals(currency) === 2 ? 0 : 4
  return (
    <Panel
      title="If trading cost more"
      note="Net profit of the same trades with a higher fee or slippage on every order"
    >
      <LineChart
        label="Net profit over extra cost per order"
        points={points}
        crossing={breakEven}
        axis="extra cost per order, basis points (0.01 %)"
        formatY={(value) => formatNumber(value, decimals)}
      />
      <p>
        {breakEven === null
          ? 'The trades lose money at no extra cost already.'
          : `The profit is used up at ${formatNumber(breakEven, 1)} basis points per order (${formatPercent(breakEven / 10_000, 3)}).`}
      </p>
      <details className={styles['twin']}>
        <summary>As a table</summary>
        <Table caption="Net profit by extra cost">
          <tbody>
            {[0, 5, 10, 20, 30, 40, 50].map((extra) => (
              <tr key={extra}>
                <th scope="row">{extra} basis points</th>
                <td data-kind="number">{formatSignedMoney(at(extra), currency)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      </details>
    </Panel>
  )
}
