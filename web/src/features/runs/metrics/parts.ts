import type { Trade } from '../schemas'

import type { ClosedTrade, Inputs, Side } from './inputs'
import { greatest, type Maybe, sum } from './stats'

export const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** Fees of all orders, in stake currency. */
export function feesOf(trade: Trade): number {
  return sum(
    trade.orders.map(
      (order) => order.amount * order.price * (order.isEntry ? trade.feeOpen : trade.feeClose),
    ),
  )
}

export function volumeOf(trade: Trade): number {
  return sum(trade.orders.map((order) => order.amount * order.price))
}

/** Whole minutes that a trade was held, in seconds. */
export function heldSeconds(trade: ClosedTrade): number {
  return Math.floor((trade.closedAt - trade.openedAt) / MINUTE_MS) * 60
}

export function marketChange({ equity }: Inputs): Maybe {
  const last = equity.days.market.at(-1)
  return last === undefined ? null : last - 1
}

/** The cumulated profit after each closed trade, from 0. */
export function closedCurve(side: Side): number[] {
  let total = 0
  return [0, ...side.profits.map((profit) => (total += profit))]
}

/** A fall of the closed trades' cumulated profit from a high to the next one, or to the end. */
export interface Episode {
  /** Stake currency. */
  size: number
  /** Milliseconds from the extreme before it until it was made good; until the last trade when it was not. */
  lastsMs: number
}

/** Falls from one high to the next; with `sign` −1 rises from one low to the next. */
export function episodes(side: Side, sign: 1 | -1): Episode[] {
  const found: Episode[] = []
  const times = side.closed.map((trade) => trade.closedAt)
  let extreme = 0
  let since = times[0] ?? 0
  let size = 0
  closedCurve(side).forEach((value, index) => {
    const at = times[Math.max(0, index - 1)] ?? 0
    if (sign * value >= extreme) {
      if (size > 0) found.push({ size, lastsMs: at - since })
      extreme = sign * value
      since = at
      size = 0
    } else {
      size = Math.max(size, extreme - sign * value)
    }
  })
  if (size > 0) found.push({ size, lastsMs: (times.at(-1) ?? since) - since })
  return found
}

/** The deepest fall of the closed trades' cumulated profit: amount, and share of the balance before it. */
export function closedFall(side: Side): { amount: number; ratio: number } {
  let high = 0
  let amount = 0
  let highBefore = 0
  for (const value of closedCurve(side)) {
    high = Math.max(high, value)
    if (high - value > amount) {
      amount = high - value
      highBefore = high
    }
  }
  return { amount, ratio: amount / (side.startingBalance + highBefore) }
}

/** Profits per UTC day of closing, from the first such day to the last, empty days as zero. */
export function dailyProfits(side: Side): number[] {
  const days = side.closed.map((trade) => Math.floor(trade.closedAt / DAY_MS))
  const first = days.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const last = greatest(days)
  if (last === null) return []
  const profits = Array.from({ length: last - first + 1 }, () => 0)
  side.profits.forEach((profit, index) => {
    const day = (days[index] ?? first) - first
    profits[day] = (profits[day] ?? 0) + profit
  })
  return profits.map((profit) => Math.round(profit * 1e10) / 1e10)
}

/** Lengths of runs of winners (true) and of others (false), in the order of closing. */
export function streaks(side: Side): { isWin: boolean; length: number }[] {
  const found: { isWin: boolean; length: number }[] = []
  for (const ratio of side.ratios) {
    const last = found.at(-1)
    if (last?.isWin === ratio > 0) last.length += 1
    else found.push({ isWin: ratio > 0, length: 1 })
  }
  return found
}

/** The stake tied up in all trades of a side, after each order: milliseconds and stake currency. */
export function tiedUp(side: Side): { at: number; stake: number }[] {
  const steps = [...side.closed, ...side.open].flatMap(stakeSteps).toSorted((a, b) => a.at - b.at)
  let stake = 0
  return steps.map((step) => ({ at: step.at, stake: (stake += step.change) }))
}

function stakeSteps(trade: Trade): { at: number; change: number }[] {
  let amount = 0
  let cost = 0
  let before = 0
  return trade.orders.map((order) => {
    if (order.isEntry) {
      amount += order.amount
      cost += order.amount * order.price
    } else {
      cost -= amount > 0 ? (cost / amount) * order.amount : 0
      amount -= order.amount
    }
    const stake = amount <= trade.amount * 1e-9 ? 0 : cost / trade.leverage
    const step = { at: order.at, change: stake - before }
    before = stake
    return step
  })
}
