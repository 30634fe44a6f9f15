import type { TradeRow } from './model'

export type ColumnKind = 'text' | 'number' | 'time' | 'duration'

/** A column: what it is called, and the value that it is sorted and filtered by, as it is shown. */
export interface Column {
  id: ColumnId
  title: string
  kind: ColumnKind
  value: (row: TradeRow) => number | string | null
  /** In rem. */
  width: number
  isHidden?: boolean
}

export const COLUMN_IDS = [
  'number',
  'pair',
  'direction',
  'openedAt',
  'closedAt',
  'duration',
  'profit',
  'profitPercent',
  'range',
  'runUp',
  'drawdown',
  'exitReason',
  'enterTag',
  'openRate',
  'closeRate',
  'stake',
  'amount',
  'leverage',
  'fees',
  'cumulative',
] as const
export type ColumnId = (typeof COLUMN_IDS)[number]

const PERCENT = 100

const FACTS: Record<ColumnId, Omit<Column, 'id'>> = {
  number: { title: '#', kind: 'number', value: (row) => row.number, width: 4.5 },
  pair: { title: 'Pair', kind: 'text', value: (row) => row.pair, width: 7.5 },
  direction: {
    title: 'Direction',
    kind: 'text',
    value: (row) => (row.isShort ? 'Short' : 'Long'),
    width: 6,
  },
  openedAt: { title: 'Entry', kind: 'time', value: (row) => row.openedAt, width: 10.5 },
  closedAt: { title: 'Exit', kind: 'time', value: (row) => row.closedAt, width: 10.5 },
  duration: { title: 'Duration', kind: 'duration', value: (row) => row.duration, width: 7 },
  profit: { title: 'Profit', kind: 'number', value: (row) => row.profit, width: 8 },
  profitPercent: {
    title: 'Profit %',
    kind: 'number',
    value: (row) => row.profitRatio && row.profitRatio * PERCENT,
    width: 6.5,
  },
  range: {
    title: 'Drawdown | run-up',
    kind: 'number',
    value: (row) => (row.runUp - row.drawdown) * PERCENT,
    width: 10,
  },
  runUp: { title: 'Run-up %', kind: 'number', value: (row) => row.runUp * PERCENT, width: 6.5 },
  drawdown: {
    title: 'Drawdown %',
    kind: 'number',
    value: (row) => row.drawdown * PERCENT,
    width: 7,
  },
  exitReason: { title: 'Exit reason', kind: 'text', value: (row) => row.exitReason, width: 9 },
  enterTag: { title: 'Entry tag', kind: 'text', value: (row) => row.enterTag, width: 8 },
  openRate: { title: 'Entry price', kind: 'number', value: (row) => row.openRate, width: 8 },
  closeRate: { title: 'Exit price', kind: 'number', value: (row) => row.closeRate, width: 8 },
  stake: { title: 'Stake', kind: 'number', value: (row) => row.stake, width: 7 },
  amount: {
    title: 'Amount',
    kind: 'number',
    value: (row) => row.amount,
    width: 8,
    isHidden: true,
  },
  leverage: {
    title: 'Leverage',
    kind: 'number',
    value: (row) => row.leverage,
    width: 6,
    isHidden: true,
  },
  fees: { title: 'Fees', kind: 'number', value: (row) => row.fees, width: 7, isHidden: true },
  cumulative: {
    title: 'Cumulative',
    kind: 'number',
    value: (row) => row.cumulative,
    width: 8,
  },
}

export const COLUMNS: readonly Column[] = COLUMN_IDS.map((id) => ({ id, ...FACTS[id] }))

/** The columns of a list of ids as the address has it; the usual ones for none. */
export function shownColumns(ids: string | undefined): readonly Column[] {
  const named = new Set(ids?.split(','))
  const chosen = COLUMNS.filter((column) => named.has(column.id))
  return chosen.length > 0 ? chosen : COLUMNS.filter((column) => column.isHidden !== true)
}
