/** Results that the platform's verifier wrote, for tests: see `tests/unit/verification`. */
import {
  equitySchema,
  type Equity,
  summarySchema,
  type Summary,
  tradesSchema,
  type Trade,
} from '../schemas'

import everythingEquity from './everything/equity.json'
import everythingSummary from './everything/summary.json'
import everythingTrades from './everything/trades.json'
import futuresEquity from './futures/equity.json'
import futuresSummary from './futures/summary.json'
import futuresTrades from './futures/trades.json'

export interface Result {
  summary: Summary
  trades: Trade[]
  equity: Equity
}

function parsed(summary: unknown, trades: unknown, equity: unknown): Result {
  return {
    summary: summarySchema.parse(summary),
    trades: tradesSchema.parse(trades).trades,
    equity: equitySchema.parse(equity),
  }
}

/** Spot with added positions and a detail timeframe. */
export const everything = parsed(everythingSummary, everythingTrades, everythingEquity)
/** Long and short with leverage and funding. */
export const futures = parsed(futuresSummary, futuresTrades, futuresEquity)
