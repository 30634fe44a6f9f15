import { useMemo, useState } from 'react'

import type { PlotSeries, Range } from '@/components/chart/plot'
import { TimeChart } from '@/components/chart/time-chart'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Segmented } from '@/components/ui/segmented'
import { ScrollArea } from '@/components/ui/scroll-area'
import { Table } from '@/components/ui/table'
import { formatDate, formatMoney, formatNumber, formatPercent, moneyDecimals } from '@/lib/format'

import type { Equity } from '../schemas'
import { timesOf } from './series'
import styles from './overview.module.css'

const SYNC = 'run'
const DAY_MS = 86_400_000
const SCALES = [
  ['linear', 'Linear'],
  ['log', 'Log'],
] as const

interface EquityPanelProps {
  /** What is drawn: the whole run, or a stretch of it at a finer step. */
  curve: Equity
  days: Equity['days']
  startingBalance: number
  currency: string
  range: Range | null
  end: number
  onRange: (range: Range | null) => void
}

/** The balance against holding the pairs, with the drawdown beneath. */
export function EquityPanel(props: EquityPanelProps) {
  const { curve, startingBalance, currency, range, onRange } = props
  const [scale, setScale] = useState<'linear' | 'log'>('linear')
  const times = useMemo(() => timesOf(curve), [curve])
  const series = useMemo<PlotSeries[]>(
    () => [
      { label: 'Strategy', colour: '--series-1', values: curve.balance },
      { label: 'Buy and hold', colour: '--series-2', values: curve.buyAndHold, isDashed: true },
      {
        label: 'Pairs’ mean',
        colour: '--series-3',
        values: curve.market.map((value) => value * startingBalance),
      },
    ],
    [curve, startingBalance],
  )
  const falls = useMemo<PlotSeries[]>(
    () => [
      {
        label: 'Drawdown',
        colour: '--series-6',
        values: curve.drawdown.map((value) => -value),
        isFilled: true,
      },
    ],
    [curve],
  )
  const money = useMemo(() => {
    const decimals = moneyDecimals(currency) === 2 ? 0 : 4
    return (value: number) => formatNumber(value, decimals)
  }, [currency])
  return (
    <Panel
      title="Balance"
      note={`At the close of every candle, open positions included, in ${currency}. Drag across the chart to zoom.`}
      actions={
        <>
          <RangeButtons {...props} />
          <Segmented label="Scale" options={SCALES} value={scale} onChange={setScale} />
        </>
      }
    >
      <TimeChart
        label="Balance of the strategy, of buy and hold, and the pairs’ mean price over time"
        times={times}
        series={series}
        height={300}
        isLog={scale === 'log'}
        format={money}
        range={range}
        onRange={onRange}
        sync={SYNC}
      />
      <TimeChart
        label="Drawdown over time"
        times={times}
        series={falls}
        height={130}
        format={formatPercentShort}
        range={range}
        onRange={onRange}
        sync={SYNC}
      />
      <DayTable {...props} />
    </Panel>
  )
}

const formatPercentShort = (value: number) => formatPercent(value, 1)

const SPANS = [
  [7, '1 week'],
  [30, '1 month'],
  [90, '3 months'],
] as const

function RangeButtons({ curve, days, range, end, onRange }: EquityPanelProps) {
  const shown = range === null ? 0 : range.until - range.start
  const move = (sign: -1 | 1) =>
    range !== null &&
    onRange({ start: range.start + sign * 0.5 * shown, until: range.until + sign * 0.5 * shown })
  return (
    <div className={styles['buttons']} role="group" aria-label="Stretch of time">
      {SPANS.filter(([count]) => count < days.closedAt.length).map(([count, text]) => (
        <Button
          key={text}
          look="quiet"
          onClick={() =>
            onRange({ start: (range?.until ?? end) - count * DAY_MS, until: range?.until ?? end })
          }
        >
          {text}
        </Button>
      ))}
      {range !== null && (
        <>
          <Button look="quiet" disabled={range.start <= curve.start} onClick={() => move(-1)}>
            ← Earlier
          </Button>
          <Button look="quiet" disabled={range.until >= end} onClick={() => move(1)}>
            Later →
          </Button>
          <Button onClick={() => onRange(null)}>Show all</Button>
        </>
      )}
    </div>
  )
}

/** The chart as a table, a line a day. */
function DayTable({ days, startingBalance, currency }: EquityPanelProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details className={styles['twin']} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>As a table, day by day</summary>
      {isOpen && (
        <ScrollArea label="Balance day by day" className={styles['scroll']}>
          <Table caption="Balance at the end of each day">
            <thead>
              <tr>
                <th scope="col">Day</th>
                <th scope="col" data-kind="number">
                  Strategy
                </th>
                <th scope="col" data-kind="number">
                  Buy and hold
                </th>
                <th scope="col" data-kind="number">
                  Pairs’ mean
                </th>
              </tr>
            </thead>
            <tbody>
              {days.closedAt.map((at, index) => (
                <tr key={at}>
                  <th scope="row">{formatDate(at - 1)}</th>
                  <td data-kind="number">{formatMoney(days.balance[index], currency)}</td>
                  <td data-kind="number">{formatMoney(days.buyAndHold[index], currency)}</td>
                  <td data-kind="number">
                    {formatMoney((days.market[index] ?? 1) * startingBalance, currency)}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        </ScrollArea>
      )}
    </details>
  )
}
