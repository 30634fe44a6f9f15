import { useState } from 'react'

import { ScrollArea } from '@/components/ui/scroll-area'
import { Table } from '@/components/ui/table'
import { formatDateTime, formatPrice } from '@/lib/format'

import type { Bars } from './bars'
import styles from './chart.module.css'
import { levelFor, type View } from './grid'
import { priceText } from './price-format'
import type { PairSource } from './source'

const MOST_ROWS = 200

interface BarsTableProps {
  source: PairSource
  view: View | null
}

/** The bars in view as a table: what the chart shows, for whoever cannot see it. Drawn when it is opened. */
export function BarsTable({ source, view }: BarsTableProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className={styles['twin']} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show the candles in view as a table</summary>
      {isOpen && view !== null && <Rows source={source} view={view} />}
    </details>
  )
}

function Rows({ source, view }: { source: PairSource; view: View }) {
  const merged = levelFor(view.to - view.from)
  const bars = source.level(merged)
  const from = Math.max(0, Math.floor(view.from / merged))
  const to = Math.min(bars.count, Math.ceil(view.to / merged), from + MOST_ROWS)
  const columns = [...bars.columns.keys()]
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, row) => from + row)
  return (
    <ScrollArea label="Candles in view" className={styles['scroll']}>
      <Table caption={`Candles of ${source.pair} in view, times in UTC`}>
        <thead>
          <tr>
            {['Opened', 'Open', 'High', 'Low', 'Close', 'Volume', ...columns].map((name) => (
              <th key={name} scope="col" data-kind={name === 'Opened' ? undefined : 'number'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((index) => (
            <Row key={index} bars={bars} index={index} columns={columns} />
          ))}
        </tbody>
      </Table>
    </ScrollArea>
  )
}

function Row({ bars, index, columns }: { bars: Bars; index: number; columns: readonly string[] }) {
  const bar = bars.bar(index)
  const prices = [bar?.open, bar?.high, bar?.low, bar?.close]
  const values = columns.map((name) => bars.columns.get(name)?.[index])
  const texts = [
    ...prices.map((price) => priceText(price, bars.tickSize)),
    ...[bar?.volume, ...values].map(formatPrice),
  ]
  return (
    <tr>
      <th scope="row">{formatDateTime(bars.timeOf(index))}</th>
      {texts.map((text, column) => (
        <td key={column} data-kind="number">
          {text}
        </td>
      ))}
    </tr>
  )
}
