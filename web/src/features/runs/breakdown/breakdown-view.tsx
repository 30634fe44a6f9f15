import { type CSSProperties, useState } from 'react'

import { Change } from '@/components/ui/change'
import { Panel } from '@/components/ui/panel'
import { Segmented } from '@/components/ui/segmented'
import { Table } from '@/components/ui/table'
import {
  formatDuration,
  formatNumber,
  formatPercent,
  formatSignedMoney,
  formatSignedPercent,
} from '@/lib/format'

import type { BreakdownRow, Summary } from '../schemas'
import type { BreakdownName } from '../words'
import styles from './breakdown-view.module.css'
import { COLUMNS, type Column, nextSort, type Sort, sorted, valueOf } from './columns'

export const BREAKDOWN_NAMES = [
  ['pairs', 'Pair'],
  ['enter_tags', 'Entry tag'],
  ['exit_reasons', 'Exit reason'],
  ['mixed_tags', 'Entry → exit'],
  ['directions', 'Direction'],
  ['days', 'Day'],
  ['weeks', 'Week'],
  ['months', 'Month'],
  ['years', 'Year'],
  ['weekdays', 'Weekday'],
  ['hours', 'Hour'],
] as const satisfies readonly (readonly [BreakdownName, string])[]

interface BreakdownViewProps {
  summary: Summary
  currency: string
  by: BreakdownName
  onBy: (by: BreakdownName) => void
}

/** The closed trades in groups: which pairs, tags and times made the result. */
export function BreakdownView({ summary, currency, by, onBy }: BreakdownViewProps) {
  const [sort, setSort] = useState<Sort | null>(null)
  const rows = summary.verified.tables[by]
  const columns = COLUMNS.filter((column) => rows.some((row) => valueOf(row, column.key) !== null))
  const most = Math.max(1e-12, ...rows.map((row) => Math.abs(row.figures['profit_total_abs'] ?? 0)))
  const title = BREAKDOWN_NAMES.find(([name]) => name === by)?.[1] ?? by
  const choose = (name: BreakdownName) => {
    setSort(null)
    onBy(name)
  }
  return (
    <div className={styles['page']}>
      <Segmented label="Group trades by" options={BREAKDOWN_NAMES} value={by} onChange={choose} />
      <Panel
        title={`By ${title.toLowerCase()}`}
        note="Closed trades; times are those of closing, UTC"
        isFlush
      >
        {rows.length === 0 ? (
          <p className={styles['empty']}>No trade was closed in this run.</p>
        ) : (
          <Table caption={`Results by ${title.toLowerCase()}`}>
            <thead>
              <tr>
                <SortHeader name={title} column="key" sort={sort} onSort={setSort} />
                {columns.map((column) => (
                  <SortHeader
                    key={column.key}
                    name={column.name}
                    column={column.key}
                    sort={sort}
                    onSort={setSort}
                    isNumber
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {sorted(rows, sort).map((row) => (
                <tr key={row.key}>
                  <th scope="row">{labelOf(row.key, by)}</th>
                  {columns.map((column) => (
                    <td key={column.key} data-kind="number">
                      <Cell row={row} column={column} currency={currency} most={most} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </Table>
        )}
      </Panel>
    </div>
  )
}

// The verifier sorts weekdays by a digit in front of their names.
function labelOf(key: string, by: BreakdownName): string {
  if (by === 'weekdays') return key.replace(/^\d /, '')
  if (by === 'hours') return `${key}:00`
  return key === '' ? '(no tag)' : key
}

interface SortHeaderProps {
  name: string
  column: string
  sort: Sort | null
  onSort: (sort: Sort | null) => void
  isNumber?: boolean
}

function SortHeader({ name, column, sort, onSort, isNumber = false }: SortHeaderProps) {
  const isSorted = sort?.column === column
  const direction = isSorted ? (sort.isDescending ? 'descending' : 'ascending') : 'none'
  return (
    <th scope="col" aria-sort={direction} data-kind={isNumber ? 'number' : undefined}>
      <button
        type="button"
        className={styles['sort']}
        onClick={() => onSort(nextSort(sort, column))}
      >
        {name}
        <span aria-hidden>{isSorted ? (sort.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  )
}

interface CellProps {
  row: BreakdownRow
  column: Column
  currency: string
  most: number
}

function Cell({ row, column, currency, most }: CellProps) {
  const value = valueOf(row, column.key)
  switch (column.kind) {
    case 'profit': {
      const share = { '--share': Math.abs(value ?? 0) / most } as CSSProperties
      return (
        <span className={styles['bar']} data-sign={Math.sign(value ?? 0)} style={share}>
          <Change value={value} text={formatSignedMoney(value, currency)} />
        </span>
      )
    }
    case 'change':
      return <Change value={value} text={formatSignedPercent(value)} />
    case 'percent':
      return formatPercent(value, 1)
    case 'count':
      return formatNumber(value, 0)
    case 'duration':
      return formatDuration(value)
    case 'ratio':
      return formatNumber(value)
  }
}
