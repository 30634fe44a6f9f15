import type { ReactNode } from 'react'

import { Change } from '@/components/ui/change'
import { Hint } from '@/components/ui/hint'
import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import { formatDate, formatNumber, formatPercent, formatSignedPercent } from '@/lib/format'

import type { Part, Result } from './result-schemas'

const UNDEFINED = -100 // Freqtrade's mark for a ratio without a denominator

interface Row {
  name: string
  about: string
  cell: (part: Part) => ReactNode
}

const ROWS: readonly Row[] = [
  {
    name: 'Profit',
    about: 'What the wallet gained or lost, open positions at their last price, fees paid.',
    cell: ({ summary }) => signed(summary.period.finalBalance / summary.period.startingBalance - 1),
  },
  {
    name: 'Buy and hold',
    about: 'What holding all its pairs in equal stakes would have brought in the same time.',
    cell: ({ summary, equity }) =>
      signed(ratio(equity.buyAndHold.at(-1), summary.period.startingBalance)),
  },
  {
    name: 'Deepest drawdown',
    about: 'The deepest fall of the balance from a high before it.',
    cell: ({ summary }) => formatPercent(summary.verified.balance['max_drawdown_account']),
  },
  {
    name: 'Sharpe',
    about: 'Return for each unit of fluctuation, for a year. In a short time it is mostly luck.',
    cell: ({ summary }) => formatNumber(defined(summary.verified.balance['sharpe'])),
  },
  {
    name: 'Sortino',
    about: 'The same against the fluctuation of losses alone.',
    cell: ({ summary }) => formatNumber(defined(summary.verified.balance['sortino'])),
  },
  {
    name: 'Trades',
    about: 'Closed trades. Under thirty say little.',
    cell: ({ summary }) => formatNumber(closed(summary, 'total_trades'), 0),
  },
  {
    name: 'Won',
    about: 'The share of closed trades that won after fees.',
    cell: ({ summary }) => formatPercent(closed(summary, 'winrate'), 1),
  },
  {
    name: 'Profit factor',
    about: 'How much was won for each unit that was lost.',
    cell: ({ summary }) =>
      formatNumber(closed(summary, 'losses') === 0 ? null : closed(summary, 'profit_factor')),
  },
  {
    name: 'Time in the market',
    about: 'The share of candles with at least one open position.',
    cell: ({ summary }) => formatPercent(summary.verified.balance['exposure'], 1),
  },
]

/** The same figures of both times side by side. They are never put into one. */
export function FiguresTable({ result }: { result: Result }) {
  const { inSample, outOfSample } = result
  return (
    <Panel title="Before and since publication" isFlush>
      <Table caption="Figures before and since publication">
        <thead>
          <tr>
            <td />
            <th scope="col" data-kind="number">
              Before publication
              <Days part={inSample} />
            </th>
            <th scope="col" data-kind="number">
              Since publication
              {outOfSample === null ? <Small>none yet</Small> : <Days part={outOfSample} />}
            </th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(({ name, about, cell }) => (
            <tr key={name}>
              <th scope="row">
                <Hint term={name}>{about}</Hint>
              </th>
              <td data-kind="number">{cell(inSample)}</td>
              <td data-kind="number">{outOfSample === null ? '–' : cell(outOfSample)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}

function Days({ part }: { part: Part }) {
  const { start, end } = part.summary.period
  return (
    <Small>
      {formatDate(start)} – {formatDate(Date.parse(end) - 1)}
    </Small>
  )
}

function Small({ children }: { children: ReactNode }) {
  return (
    <>
      <br />
      <small>{children}</small>
    </>
  )
}

function signed(value: number | null) {
  return <Change value={value} text={formatSignedPercent(value)} />
}

function ratio(value: number | undefined, start: number): number | null {
  return value === undefined ? null : value / start - 1
}

function defined(value: number | null | undefined): number | null {
  return value === undefined || value === UNDEFINED ? null : value
}

function closed({ verified }: Part['summary'], name: string): number | null {
  const value = verified.closedTrades[name]
  return typeof value === 'number' ? value : null
}
