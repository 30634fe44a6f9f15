import { useMemo } from 'react'

import type { Range } from '@/components/chart/plot'
import { TimeChart } from '@/components/chart/time-chart'
import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import {
  formatDateTime,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
} from '@/lib/format'

import type { Equity, Fall } from '../schemas'
import { rollingSharpe, windowOf } from './series'
import styles from './overview.module.css'

const WORST = 5

interface FallsPanelProps {
  falls: readonly Fall[]
  end: number
  currency: string
  onRange: (range: Range) => void
}

/** The worst falls; a press shows one in the charts. */
export function FallsPanel({ falls, end, currency, onRange }: FallsPanelProps) {
  return (
    <Panel
      title="Worst drawdowns"
      note="Falls of the balance from one high to the next; press one to see it"
      isFlush
    >
      <Table caption="The five deepest drawdowns">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" data-kind="number">
              Depth
            </th>
            <th scope="col" data-kind="number">
              Amount
            </th>
            <th scope="col" data-kind="number">
              To the low
            </th>
            <th scope="col" data-kind="number">
              Until made good
            </th>
          </tr>
        </thead>
        <tbody>
          {falls.slice(0, WORST).map((fall) => (
            <tr key={fall.start}>
              <th scope="row">
                <button
                  type="button"
                  className={styles['link']}
                  onClick={() => onRange(around(fall, end))}
                >
                  {formatDateTime(fall.start)}
                </button>
              </th>
              <td data-kind="number">−{formatPercent(fall.ratio)}</td>
              <td data-kind="number">{formatMoney(fall.amount, currency)}</td>
              <td data-kind="number">{formatDuration((fall.low - fall.start) / 1000)}</td>
              <td data-kind="number">
                {fall.end === null ? 'not yet' : formatDuration((fall.end - fall.start) / 1000)}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}

function around(fall: Fall, end: number): Range {
  const until = fall.end ?? end
  const margin = (until - fall.start) * 0.15
  return { start: fall.start - margin, until: until + margin }
}

interface SharpePanelProps {
  days: Equity['days']
  startingBalance: number
  range: Range | null
  onRange: (range: Range | null) => void
}

/** The Sharpe ratio of the last days, for every day. */
export function SharpePanel({ days, startingBalance, range, onRange }: SharpePanelProps) {
  const size = windowOf(days.balance.length)
  const series = useMemo(
    () => [
      {
        label: 'Rolling Sharpe',
        colour: '--series-4' as const,
        values: rollingSharpe(days, startingBalance, size),
      },
    ],
    [days, startingBalance, size],
  )
  return (
    <Panel title="Rolling Sharpe" note={`Of the last ${size} days, for a year`}>
      {days.balance.length <= size ? (
        <p>The run is too short for it.</p>
      ) : (
        <TimeChart
          label={`Sharpe ratio of the last ${size} days over time`}
          times={days.closedAt}
          series={series}
          height={170}
          format={formatNumber}
          range={range}
          onRange={onRange}
          sync="run"
        />
      )}
    </Panel>
  )
}
