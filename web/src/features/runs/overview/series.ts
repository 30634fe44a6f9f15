import { changes } from '../metrics/inputs'
import { deviation, mean } from '../metrics/stats'
import type { Equity } from '../schemas'

/** The closing time of each point, milliseconds UTC. */
export function timesOf({ start, step, balance }: Equity): number[] {
  return balance.map((_value, index) => start + (index + 1) * step)
}

/** Each month's return of the balance, by year, with the year's; null where there was no run. */
export function monthlyReturns(days: Equity['days'], startingBalance: number) {
  const ends = new Map<string, number>()
  days.closedAt.forEach((at, index) => {
    ends.set(new Date(at - 1).toISOString().slice(0, 7), days.balance[index] ?? 0)
  })
  const years = new Map<string, { months: (number | null)[]; start: number; end: number }>()
  let before = startingBalance
  for (const [month, balance] of ends) {
    const year = month.slice(0, 4)
    const row = years.get(year) ?? {
      months: Array<null>(12).fill(null),
      start: before,
      end: before,
    }
    row.months[Number(month.slice(5)) - 1] = before > 0 ? balance / before - 1 : null
    row.end = balance
    years.set(year, row)
    before = balance
  }
  return [...years].map(([year, { months, start, end }]) => ({
    year,
    months,
    total: start > 0 ? end / start - 1 : null,
  }))
}

/** Days in a rolling window: thirty, or a third of a shorter run. */
export function windowOf(days: number): number {
  return Math.min(30, Math.max(5, Math.floor(days / 3)))
}

/** The Sharpe ratio of the days up to each day, for a year; null while the window is not full. */
export function rollingSharpe(
  days: Equity['days'],
  startingBalance: number,
  size: number,
): (number | null)[] {
  const returns = changes([startingBalance, ...days.balance])
  return returns.map((_value, index) => {
    if (index + 1 < size) return null
    const part = returns.slice(index + 1 - size, index + 1)
    const spread = deviation(part)
    return spread === null || spread === 0 ? null : ((mean(part) ?? 0) / spread) * Math.sqrt(365)
  })
}
