import { type Column, type ColumnKind, COLUMNS } from './columns'
import type { TradeRow } from './model'

export type Filters = Readonly<Record<string, string>>
type Value = number | string | null
type Test = (value: Value) => boolean

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** The rows that pass every filter, in an order like "-profit" (from high to low) or "pair". */
export function selectRows(
  rows: readonly TradeRow[],
  filters: Filters,
  sort: string | undefined,
): readonly TradeRow[] {
  const tests = COLUMNS.flatMap((column) => {
    const test = testOf(filters[column.id], column.kind)
    return test === null ? [] : [{ column, test }]
  })
  const found =
    tests.length === 0
      ? rows
      : rows.filter((row) => tests.every(({ column, test }) => test(column.value(row))))
  const isDown = sort?.startsWith('-') === true
  const by = COLUMNS.find(({ id }) => id === (isDown ? sort.slice(1) : sort))
  return by === undefined ? found : sorted(found, by, isDown ? -1 : 1)
}

/** What is missing comes last in both directions; equals keep their order. */
function sorted(rows: readonly TradeRow[], by: Column, direction: 1 | -1): readonly TradeRow[] {
  const keyed = rows.map((row) => ({ row, key: by.value(row) }))
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
    if (a.key === b.key) return 0
    return (a.key < b.key ? -1 : 1) * direction
  })
  return keyed.map(({ row }) => row)
}

/** Reads a filter: ">2", "1..5", "<30m", "2025-03", "roi, stop". Null when it is empty or means nothing (yet). */
export function testOf(text: string | undefined, kind: ColumnKind): Test | null {
  const wanted = text?.trim() ?? ''
  if (wanted === '') return null
  if (kind === 'text') return textTest(wanted)
  const read = kind === 'time' ? String : (part: string) => numberOf(part, kind)
  const test = rangeTest(wanted, read)
  if (test === null || kind !== 'time') return test
  return (value) => typeof value === 'number' && test(new Date(value).toISOString())
}

function textTest(wanted: string): Test {
  const isNot = wanted.startsWith('!')
  const parts = (isNot ? wanted.slice(1) : wanted)
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0) return () => true
  return (value) => {
    const found = String(value ?? '').toLowerCase()
    return parts.some((part) => found.includes(part)) !== isNot
  }
}

function rangeTest(wanted: string, read: (part: string) => Value): Test | null {
  const range = /^(.+?)\s*\.\.\s*(.+)$/.exec(wanted)
  if (range !== null) {
    const [low, high] = [read(range[1] ?? ''), read(range[2] ?? '')]
    if (low === null || high === null) return null
    return (value) => compare(value, low, '>=') && compare(value, high, '<=')
  }
  const sign = /^(>=|<=|>|<|=)?\s*(.+)$/.exec(wanted)
  const bound = read(sign?.[2] ?? '')
  return bound === null ? null : (value) => compare(value, bound, sign?.[1] ?? '=')
}

function compare(value: Value, bound: Value, sign: string): boolean {
  if (value === null || bound === null) return false
  // A time is compared as far as it is written: "2025-03" means all of March.
  const own = typeof bound === 'string' ? String(value).slice(0, bound.length) : value
  switch (sign) {
    case '>':
      return own > bound
    case '>=':
      return own >= bound
    case '<':
      return own < bound
    case '<=':
      return own <= bound
    default:
      return typeof own === 'number' && typeof bound === 'number'
        ? Math.abs(own - bound) < 0.005
        : own === bound
  }
}

function numberOf(part: string, kind: ColumnKind): number | null {
  const match = /^([+\-−]?[\d.,]+)\s*(%|s|m|min|h|d)?$/.exec(part.trim())
  const value = Number((match?.[1] ?? '').replaceAll(',', '').replace('−', '-'))
  if (match === null || Number.isNaN(value)) return null
  return kind === 'duration' ? value * (UNITS[match[2]?.[0] ?? 's'] ?? 1) : value
}
