import type { Equity, Summary, Trade } from '../schemas'

import { sum } from './stats'

export type SideName = 'all' | 'long' | 'short'
export const SIDES: readonly SideName[] = ['all', 'long', 'short']

/** A trade that closed; what is missing of an open one is there. */
export type ClosedTrade = Trade & {
  closedAt: number
  closeRate: number
  profit: number
  profitRatio: number
  closingNumber: number
}

/** Trades of one direction, or all, with what their figures are made of. */
export interface Side {
  name: SideName
  /** In the order of closing. */
  closed: readonly ClosedTrade[]
  open: readonly Trade[]
  /** Stake currency, of the closed trades. */
  profits: readonly number[]
  /** Fractions of the stake. */
  ratios: readonly number[]
  startingBalance: number
  /** For all trades the marked-to-market balance, for a side the start and its own profits. */
  finalBalance: number
  wholeDays: number
}

/** The wallet at the end of each UTC day. */
export interface Daily {
  /** One per day, the first from the starting balance. */
  returns: readonly number[]
  /** The same of the pairs' mean. */
  market: readonly number[]
  balances: readonly number[]
  closedAt: readonly number[]
}

/** All that metrics are computed from. */
export interface Inputs {
  sides: Readonly<Record<SideName, Side>>
  daily: Daily
  summary: Summary
  equity: Equity
  /** Milliseconds of the run's candles. */
  candleMs: number
}

export function isClosed(trade: Trade): trade is ClosedTrade {
  return !trade.isOpen && trade.closedAt !== null && trade.profit !== null
}

/** The closed trades in the order of their closing, in which streaks and drawdowns are counted. */
export function closedInOrder(trades: readonly Trade[]): ClosedTrade[] {
  return trades.filter(isClosed).toSorted((a, b) => a.closingNumber - b.closingNumber)
}

export function inputsOf(summary: Summary, trades: readonly Trade[], equity: Equity): Inputs {
  const closed = closedInOrder(trades)
  const open = trades.filter((trade) => trade.isOpen)
  const side = (name: SideName): Side => {
    const isIn = (trade: Trade) => name === 'all' || trade.isShort === (name === 'short')
    const own = closed.filter(isIn)
    const profits = own.map((trade) => trade.profit)
    const { startingBalance, finalBalance, days } = summary.period
    return {
      name,
      closed: own,
      open: open.filter(isIn),
      profits,
      ratios: own.map((trade) => trade.profitRatio),
      startingBalance,
      finalBalance: name === 'all' ? finalBalance : startingBalance + sum(profits),
      wholeDays: days,
    }
  }
  return {
    sides: { all: side('all'), long: side('long'), short: side('short') },
    daily: dailyOf(equity, summary.period.startingBalance),
    summary,
    equity,
    candleMs: equity.step / equity.merged,
  }
}

function dailyOf({ days }: Equity, startingBalance: number): Daily {
  return {
    returns: changes([startingBalance, ...days.balance]),
    market: changes([1, ...days.market]),
    balances: days.balance,
    closedAt: days.closedAt,
  }
}

/** Relative changes from each value to the next, where the first of the two is above zero. */
export function changes(values: readonly number[]): number[] {
  return values.slice(1).flatMap((value, index) => {
    const before = values[index] ?? 0
    return before > 0 ? [(value - before) / before] : []
  })
}
