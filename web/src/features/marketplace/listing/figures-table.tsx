import type { ReactNode } from 'react'

import { Change } from '@/components/ui/change'
import { Hint } from '@/components/ui/hint'
import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import { formatDate, formatNumber, formatPercent, formatSignedPercent } from '@/lib/format'

import styles from './listing.module.css'
import { figureOf, profitOf, type Result, type Stretch } from './result-schemas'

interface Row {
  name: string
  about: string
  cell: (stretch: Stretch) => ReactNode
}

const ROWS: readonly Row[] = [
  {
    name: 'Profit',
    about: 'What the wallet gained or lost, open positions at their last price, fees paid.',
    cell: (stretch) => signed(profitOf(stretch)),
  },
  {
    name: 'Buy and hold',
    about: 'What holding all its pairs in equal stakes would have brought in the same time.',
    cell: ({ equity, wallet }) => signed(ratio(equity.buyAndHold.at(-1), wallet)),
  },
  {
    name: 'Deepest drawdown',
    about: 'The deepest fall of the balance from a high before it.',
    cell: ({ balance }) => formatPercent(figureOf(balance, 'max_drawdown_account')),
  },
  {
    name: 'Sharpe',
    about: 'Return for each unit of fluctuation, for a year. In a short time it is mostly luck.',
    cell: ({ balance }) => formatNumber(figureOf(balance, 'sharpe')),
  },
  {
    name: 'Sortino',
    about: 'The same against the fluctuation of losses alone.',
    cell: ({ balance }) => formatNumber(figureOf(balance, 'sortino')),
  },
  {
    name: 'Trades',
    about: 'Closed trades. Under thirty say little.',
    cell: ({ trades }) => formatNumber(figureOf(trades, 'total_trades'), 0),
  },
  {
    name: 'Won',
    about: 'The share of closed trades that won after fees.',
    cell: ({ trades }) => formatPercent(figureOf(trades, 'winrate'), 1),
  },
  {
    name: 'Profit factor',
    about: 'How much was won for each unit that was lost.',
    cell: ({ trades }) =>
      formatNumber(figureOf(trades, 'losses') === 0 ? null : figureOf(trades, 'profit_factor')),
  },
  {
    name: 'Time in the market',
    about: 'The share of candles with at least one open position.',
    cell: ({ balance }) => formatPercent(figureOf(balance, 'exposure'), 1),
  },
]

/** The same figures of both times side by side. They are never put into one. */
export function FiguresTable({ result }: { result: Result }) {
  const { inSample, outOfSample } = result
  return (
    <Panel title="Before and since publication" isFlush>
      <Table className={styles['compact']} caption="Figures before and since publication">
        <thead>
          <tr>
            <td />
            <th scope="col" data-kind="number">
              Before publication
              <Days stretch={inSample} />
            </th>
            <th scope="col" data-kind="number">
              Since publication
              {outOfSample === null ? <Small>none yet</Small> : <Days stretch={outOfSample} />}
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

function Days({ stretch: { start, until } }: { stretch: Stretch }) {
  return (
    <Small>
      {formatDate(start)} – {formatDate(Date.parse(until) - 1)}
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
