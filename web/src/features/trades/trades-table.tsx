import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, ChevronRight, SearchX } from 'lucide-react'
import { memo, type ReactNode, useDeferredValue, useMemo, useRef, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { formatSignedMoney, plural } from '@/lib/format'

import { Cell } from './cell'
import { ColumnChooser } from './column-chooser'
import { type Column, shownColumns } from './columns'
import { Header } from './header'
import { toRows, type TradeFacts, type TradeRow } from './model'
import { Orders } from './orders'
import { type Filters, selectRows } from './select'
import styles from './trades.module.css'

/** What the address holds of the table. */
export interface TableState {
  sort?: string | undefined
  filter?: Filters | undefined
  columns?: string | undefined
}

interface TradesTableProps {
  runId: string
  currency: string
  trades: readonly TradeFacts[]
  state: TableState
  onState: (change: TableState) => void
  /** Beside the column chooser: the download. */
  actions?: ReactNode
}

const ROW_PX = 37
const TOGGLE_REM = 2.5
const NONE: Filters = {}

/** All trades of a run; only the rows in view are in the page. */
export function TradesTable({
  runId,
  currency,
  trades,
  state,
  onState,
  actions,
}: TradesTableProps) {
  const filters = state.filter ?? NONE
  const rows = useMemo(() => toRows(trades), [trades])
  // Typing stays fluent: the rows follow when there is time.
  const wanted = useDeferredValue(filters)
  const found = useMemo(() => selectRows(rows, wanted, state.sort), [rows, wanted, state.sort])
  const columns = useMemo(() => shownColumns(state.columns), [state.columns])
  const setFilter = (id: string, text: string) => {
    const { [id]: _old, ...others } = filters
    const next = text === '' ? others : { ...others, [id]: text }
    onState({ filter: Object.keys(next).length === 0 ? undefined : next })
  }
  return (
    <section className={styles['trades']} aria-label="Trades">
      <div className={styles['bar']}>
        <Totals rows={found} all={rows.length} currency={currency} />
        {wanted !== NONE && (
          <Button look="quiet" onClick={() => onState({ filter: undefined })}>
            Clear filters
          </Button>
        )}
        <div className={styles['actions']}>
          {actions}
          <ColumnChooser shown={columns} onChange={(ids) => onState({ columns: ids })} />
        </div>
      </div>
      <Grid runId={runId} currency={currency} rows={found} all={rows} columns={columns}>
        <Header
          columns={columns}
          sort={state.sort}
          onSort={(sort) => onState({ sort })}
          filters={filters}
          onFilter={setFilter}
        />
      </Grid>
    </section>
  )
}

interface TotalsProps {
  rows: readonly TradeRow[]
  all: number
  currency: string
}

function Totals({ rows, all, currency }: TotalsProps) {
  const profit = useMemo(() => rows.reduce((sum, row) => sum + (row.profit ?? 0), 0), [rows])
  const count =
    rows.length === all ? plural(all, 'trade') : `${rows.length} of ${plural(all, 'trade')}`
  return (
    <p role="status" className={styles['totals']}>
      {count}, {formatSignedMoney(profit, currency)}
    </p>
  )
}

interface GridProps {
  runId: string
  currency: string
  rows: readonly TradeRow[]
  all: readonly TradeRow[]
  columns: readonly Column[]
  children: ReactNode
}

function Grid({ runId, currency, rows, all, columns, children }: GridProps) {
  const scroll = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set())
  const scale = useMemo(() => scaleOf(all), [all])
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.number ?? index,
    overscan: 8,
  })
  const toggle = (number: number) => {
    const next = new Set(open)
    if (!next.delete(number)) next.add(number)
    setOpen(next)
  }
  const widths = [TOGGLE_REM, ...columns.map(({ width }) => width)]
  const layout = {
    '--columns': widths.map((width) => `minmax(${width}rem, ${width}fr)`).join(' '),
    '--width': `${widths.reduce((sum, width) => sum + width, 0)}rem`,
  }
  return (
    <div
      ref={scroll}
      className={styles['scroll']}
      // A region that scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="group"
      aria-label="Table of trades"
    >
      <div
        role="table"
        aria-label="Trades"
        aria-rowcount={rows.length + 2}
        className={styles['table']}
        style={layout as React.CSSProperties}
      >
        {children}
        <div
          role="rowgroup"
          className={styles['body']}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            return (
              row !== undefined && (
                <div
                  key={row.number}
                  ref={virtualizer.measureElement}
                  data-index={index}
                  className={styles['item']}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Row
                    {...{ row, index, columns, runId, currency, scale }}
                    isOpen={open.has(row.number)}
                    onToggle={() => toggle(row.number)}
                  />
                </div>
              )
            )
          })}
        </div>
      </div>
      {rows.length === 0 && <NoRows isFiltered={all.length > 0} />}
    </div>
  )
}

interface RowProps {
  row: TradeRow
  index: number
  columns: readonly Column[]
  runId: string
  currency: string
  scale: number
  isOpen: boolean
  onToggle: () => void
}

const Row = memo(
  function Row({ row, index, columns, isOpen, onToggle, ...rest }: RowProps) {
    const Icon = isOpen ? ChevronDown : ChevronRight
    return (
      <>
        <div role="row" aria-rowindex={index + 3} className={styles['row']}>
          <div role="cell" className={styles['toggleCell']}>
            <button
              type="button"
              className={styles['toggle']}
              aria-expanded={isOpen}
              aria-label={`Orders of trade ${row.number}`}
              onClick={onToggle}
            >
              <Icon size={14} aria-hidden />
            </button>
          </div>
          {columns.map(({ id, kind }) => (
            <div key={id} role="cell" data-kind={kind} className={styles['cell']}>
              <Cell column={id} row={row} {...rest} />
            </div>
          ))}
        </div>
        {isOpen && (
          <div role="row" className={styles['more']}>
            <div role="cell">
              <Orders row={row} currency={rest.currency} />
            </div>
          </div>
        )}
      </>
    )
  },
  (a, b) =>
    a.row === b.row && a.isOpen === b.isOpen && a.columns === b.columns && a.index === b.index,
)

function NoRows({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty
      icon={SearchX}
      title="No trade fits"
      text="Change or clear the filters below the column titles."
    />
  ) : (
    <Empty
      icon={SearchX}
      title="No trades"
      text="The strategy gave no entry that could be taken. Look at its entry conditions, or give it more time."
    />
  )
}

/** So that one extreme trade does not make all other bars invisible: nearly all fit. */
function scaleOf(rows: readonly TradeRow[]): number {
  const sizes = rows.flatMap((row) => [Math.abs(row.runUp), Math.abs(row.drawdown)])
  sizes.sort((a, b) => a - b)
  return Math.max(sizes[Math.floor(sizes.length * 0.98)] ?? 0, 1e-6)
}
