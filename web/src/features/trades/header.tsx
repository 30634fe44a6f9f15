import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react'

import type { Column, ColumnKind } from './columns'
import type { Filters } from './select'
import styles from './trades.module.css'

const HINTS: Record<ColumnKind, string> = {
  text: 'a, b or !a',
  number: '>1 or 1..5',
  time: '2025-03 or >2025-03-10',
  duration: '>2h or 5m..1h',
}

interface HeaderProps {
  columns: readonly Column[]
  sort: string | undefined
  onSort: (sort: string | undefined) => void
  filters: Filters
  onFilter: (id: string, text: string) => void
}

/** Titles that sort, and a filter below each. */
export function Header({ columns, sort, onSort, filters, onFilter }: HeaderProps) {
  return (
    <div role="rowgroup" className={styles['head']}>
      <div role="row" aria-rowindex={1} className={styles['row']}>
        <div role="columnheader" className={styles['toggleCell']}>
          <span className="visually-hidden">Orders</span>
        </div>
        {columns.map((column) => (
          <SortTitle key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
      <div role="row" aria-rowindex={2} className={styles['row']}>
        <div role="cell" />
        {columns.map((column) => (
          <div key={column.id} role="cell" className={styles['filterCell']}>
            <input
              className={styles['filter']}
              aria-label={`Filter by ${column.title}`}
              placeholder={HINTS[column.kind]}
              title={`For instance ${HINTS[column.kind]}`}
              maxLength={100}
              value={filters[column.id] ?? ''}
              onChange={({ target }) => onFilter(column.id, target.value)}
            />
          </div>
        ))}
      </div>
    </div>
  )
}

interface SortTitleProps {
  column: Column
  sort: string | undefined
  onSort: (sort: string | undefined) => void
}

function SortTitle({ column, sort, onSort }: SortTitleProps) {
  const direction =
    sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : 'none'
  // Numbers are looked for from the top first, words from their beginning.
  const [first, second] =
    column.kind === 'text' ? [column.id, `-${column.id}`] : [`-${column.id}`, column.id]
  const next = sort === first ? second : sort === second ? undefined : first
  const Icon = { ascending: ArrowUp, descending: ArrowDown, none: ChevronsUpDown }[direction]
  return (
    <div role="columnheader" aria-sort={direction} data-kind={column.kind}>
      <button type="button" className={styles['sort']} onClick={() => onSort(next)}>
        {column.title}
        <Icon size={12} aria-hidden data-on={direction !== 'none'} />
      </button>
    </div>
  )
}
