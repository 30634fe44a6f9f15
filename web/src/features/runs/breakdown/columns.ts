import type { BreakdownRow } from '../schemas'

export interface Column {
  /** Its name among the figures of the summary. */
  key: string
  name: string
  kind: 'profit' | 'change' | 'percent' | 'count' | 'duration' | 'ratio'
}

export const COLUMNS: readonly Column[] = [
  { key: 'total_trades', name: 'Trades', kind: 'count' },
  { key: 'profit_total_abs', name: 'Profit', kind: 'profit' },
  { key: 'profit_total', name: 'Of the wallet', kind: 'change' },
  { key: 'profit_mean', name: 'Average', kind: 'change' },
  { key: 'wins', name: 'Won', kind: 'count' },
  { key: 'draws', name: 'Even', kind: 'count' },
  { key: 'losses', name: 'Lost', kind: 'count' },
  { key: 'winrate', name: 'Win rate', kind: 'percent' },
  { key: 'profit_factor', name: 'Profit factor', kind: 'ratio' },
  { key: 'expectancy_ratio', name: 'Expectancy ratio', kind: 'ratio' },
  { key: 'sharpe', name: 'Sharpe', kind: 'ratio' },
  { key: 'sortino', name: 'Sortino', kind: 'ratio' },
  { key: 'calmar', name: 'Calmar', kind: 'ratio' },
  { key: 'sqn', name: 'SQN', kind: 'ratio' },
  { key: 'cagr', name: 'CAGR', kind: 'change' },
  { key: 'p_value', name: 'p-value', kind: 'ratio' },
  { key: 'max_drawdown_account', name: 'Drawdown', kind: 'percent' },
  { key: 'duration_avg_s', name: 'Held', kind: 'duration' },
]

export interface Sort {
  /** A column's key; `key` is the group itself. */
  column: string
  isDescending: boolean
}

// Freqtrade's marks for what is not defined.
const MARKS: Readonly<Record<string, number>> = {
  sharpe: -100,
  sortino: -100,
  calmar: -100,
  sqn: -100,
}

/** A group's figure; null where it is not defined. */
export function valueOf(row: BreakdownRow, key: string): number | null {
  const value = row.figures[key] ?? null
  if (key === 'winrate' && value === null) {
    const { wins, total_trades: trades } = row.figures
    return wins == null || !trades ? null : wins / trades
  }
  if ((key === 'profit_factor' || key === 'expectancy_ratio') && row.figures['losses'] === 0)
    return null
  return value === MARKS[key] ? null : value
}

/** Presses on a header go: falling, rising, as it was. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, isDescending: true }
  return sort.isDescending ? { column, isDescending: false } : null
}

/** The rows in an order; what is not defined comes last in both directions. */
export function sorted(rows: readonly BreakdownRow[], sort: Sort | null): readonly BreakdownRow[] {
  if (sort === null) return rows
  const sign = sort.isDescending ? -1 : 1
  return rows.toSorted((first, second) => {
    if (sort.column === 'key') return sign * first.key.localeCompare(second.key)
    const a = valueOf(first, sort.column)
    const b = valueOf(second, sort.column)
    if (a === null || b === null) return Number(a === null) - Number(b === null)
    return sign * (a - b)
  })
}
