import type { Bot, ClosedTrade } from './schemas'

const DAY_MS = 86_400_000
const MOST_DAYS = 31

/** A trade of a bot as a chart draws it. Times in milliseconds UTC. */
export interface DrawnTrade {
  number: number
  pair: string
  isShort: false
  leverage: 1
  openedAt: number
  closedAt: number | null
  openRate: number
  closeRate: number | null
  profitRatio: number | null
  feeOpen: number
  feeClose: number
  enterTag: string | null
  exitReason: string | null
  lastStop: number | null
}

/** The bot's own entries and exits: trades that are over, and those that are open now. */
export function drawnTrades(bot: Bot, closed: readonly ClosedTrade[]): DrawnTrade[] {
  const plain = { isShort: false, leverage: 1, feeOpen: 0, feeClose: 0 } as const
  const over = closed.map((trade) => ({
    ...plain,
    number: trade.number,
    pair: trade.pair,
    openedAt: Date.parse(trade.openedAt),
    closedAt: Date.parse(trade.closedAt),
    openRate: trade.openRate,
    closeRate: trade.closeRate,
    profitRatio: trade.profitRatio,
    enterTag: trade.tag || null,
    exitReason: trade.exitReason || null,
    lastStop: null,
  }))
  const numbers = new Set(over.map(({ number }) => number))
  const open = (bot.figures?.openTrades ?? [])
    .filter(({ number }) => !numbers.has(number))
    .map((trade) => ({
      ...plain,
      number: trade.number,
      pair: trade.pair,
      openedAt: Date.parse(trade.openedAt),
      closedAt: null,
      openRate: trade.openRate,
      closeRate: null,
      profitRatio: trade.profitRatio,
      enterTag: trade.tag || null,
      exitReason: null,
      lastStop: trade.stop,
    }))
  return [...over, ...open]
}

export interface Span {
  start: number
  /** Exclusive: no candle after it is shown, whatever the store has. */
  end: number
}

/** How far the bot has come by its exchange's clock, which a replay shares with nobody; null before its first candle. */
export function lastMoment(
  bot: Bot,
  trades: readonly DrawnTrade[],
  candleMs: number,
): number | null {
  const candles = (bot.figures?.decisions ?? []).map(({ candle }) => Date.parse(candle) + candleMs)
  const moments = [...candles, ...trades.map(({ closedAt, openedAt }) => closedAt ?? openedAt)]
  return moments.length === 0 ? null : Math.max(...moments)
}

/** From a day before the first trade to the last closed candle, a month at most. */
export function spanOf(last: number, trades: readonly DrawnTrade[], candleMs: number): Span {
  const first = Math.min(last, ...trades.map(({ openedAt }) => openedAt))
  const start = Math.max(first - DAY_MS, last - MOST_DAYS * DAY_MS)
  return {
    start: Math.floor(start / candleMs) * candleMs,
    end: Math.ceil(last / candleMs) * candleMs,
  }
}
