import { z } from 'zod'

import type { ApiView, Fits } from '@/lib/generated'

import { BREAKDOWNS, RUN_STATES } from './words'

export const PHASES = [
  'preparing',
  'loading_data',
  'indicators',
  'simulating',
  'analysing',
  'uploading',
] as const

const number = z.number().nullable()

export const progressSchema = z.object({ phase: z.enum(PHASES), fraction: z.number() })

export const failureSchema = z.object({
  kind: z.string(),
  message: z.string(),
  traceback: z.array(z.object({ line: z.number(), function: z.string(), code: z.string() })),
})

const specSchema = z.object({
  exchange: z.string(),
  pairs: z.array(z.string()),
  timeframe: z.string(),
  timeframeDetail: z.string().nullable(),
  start: z.string(),
  /** Exclusive. */
  end: z.string(),
  /** Decimal text; null divides the wallet by the open trades. */
  stakeAmount: z.string().nullable(),
  stakeCurrency: z.string(),
  wallet: z.string(),
  maxOpenTrades: z.number(),
  /** Decimal text, a ratio; null is the exchange's own. */
  fee: z.string().nullable(),
  enableProtections: z.boolean(),
  tradingMode: z.enum(['spot', 'futures']),
})

/** The few figures of a verified result that lists show; ratios are fractions. */
const headlineSchema = z.object({
  total_trades: number,
  profit_total: number,
  profit_total_abs: number,
  winrate: number,
  profit_factor: number,
  sharpe: number,
  sortino: number,
  calmar: number,
  cagr: number,
  expectancy_ratio: number,
  final_balance: number,
  max_drawdown: number,
  left_open: number,
})

/** One backtest. Times are ISO 8601 in UTC. */
export const runSchema = z.object({
  id: z.string(),
  state: z.enum(RUN_STATES),
  isVerified: z.boolean(),
  isSimulated: z.boolean(),
  strategy: z.object({
    id: z.string(),
    name: z.string(),
    version: z.number(),
    className: z.string(),
    /** Somebody's listing, rather than a strategy of one's own. Of closed code a run keeps no log and no indicators. */
    listed: z
      .object({ listingId: z.string(), version: z.number(), isClosed: z.boolean() })
      .nullable(),
  }),
  spec: specSchema,
  identity: z.string(),
  candleRevision: z.string(),
  engine: z.string(),
  createdAt: z.string(),
  enteredAt: z.partialRecord(z.enum(RUN_STATES), z.string()),
  attempt: z.number(),
  progress: progressSchema.nullable(),
  logTail: z.string(),
  failure: failureSchema.nullable(),
  headline: headlineSchema.nullable(),
  servedFrom: z.string().nullable(),
  timings: z.record(z.string(), z.number()),
  notes: z.string(),
})
export type Run = z.infer<typeof runSchema>
export type RunState = Run['state']
export type RunIsCurrent = Fits<
  Omit<z.input<typeof runSchema>, 'headline' | 'enteredAt'>,
  ApiView<'BacktestView'>
>

/** What the wallet gained or lost, a fraction; open positions count at their last price. */
export function profitOf({ headline, spec }: Pick<Run, 'headline' | 'spec'>): number | null {
  return headline?.final_balance == null ? null : headline.final_balance / Number(spec.wallet) - 1
}

export const runsSchema = z.object({ items: z.array(runSchema), nextCursor: z.string().nullable() })

export const downloadsSchema = z.object({
  items: z.array(z.object({ name: z.string(), url: z.string(), expiresAt: z.string() })),
})
export type DownloadsAreCurrent = Fits<z.input<typeof downloadsSchema>, ApiView<'DownloadsView'>>

const figuresSchema = z.record(z.string(), number)
export type Figures = z.infer<typeof figuresSchema>

const rowsSchema = z.array(z.object({ key: z.string(), figures: figuresSchema }))
export type BreakdownRow = z.infer<typeof rowsSchema>[number]

const bestOrWorst = z
  .object({ pair: z.string(), openedAt: z.number(), profitRatio: z.number() })
  .nullable()

/** `summary.json`: what the platform recomputed, and what Freqtrade reported. See docs/data-model.md. */
export const summarySchema = z.object({
  period: z.object({
    start: z.string(),
    end: z.string(),
    days: z.number(),
    startingBalance: z.number(),
    finalBalance: z.number(),
  }),
  verified: z.object({
    closedTrades: z
      .object({
        best_trade: bestOrWorst,
        worst_trade: bestOrWorst,
        drawdown: z
          .object({ amount: z.number(), ratio: z.number(), start: z.number(), end: z.number() })
          .nullable(),
      })
      .catchall(number),
    balance: figuresSchema,
    holding: z.record(z.string(), z.number()),
    tables: z.record(z.enum(BREAKDOWNS), rowsSchema),
  }),
  leftOpen: z.array(
    z.object({ pair: z.string(), openedAt: z.string(), stake: z.number(), why: z.string() }),
  ),
  reported: z
    .object({ settings: z.record(z.string(), z.unknown()), finalBalance: number })
    .catchall(z.unknown()),
  notRecomputed: z.array(z.string()),
})
export type Summary = z.infer<typeof summarySchema>

const orderSchema = z.object({
  at: z.number(),
  isEntry: z.boolean(),
  amount: z.number(),
  price: z.number(),
  tag: z.string().nullable(),
  realised: z.number(),
})

/** A trade of the verified result. Times are milliseconds UTC, ratios fractions, amounts stake currency. */
export const tradeSchema = z.object({
  /** From 1, in the order of opening. */
  number: z.number(),
  /** From 1, in the order of closing; null while it is open. */
  closingNumber: z.number().nullable(),
  pair: z.string(),
  isShort: z.boolean(),
  leverage: z.number(),
  isOpen: z.boolean(),
  openedAt: z.number(),
  closedAt: z.number().nullable(),
  openRate: z.number(),
  closeRate: number,
  /** In base currency. */
  amount: z.number(),
  stake: z.number(),
  profit: number,
  profitRatio: number,
  /** The best and the worst that it saw, as price ratios against its entry. */
  runUp: z.number(),
  drawdown: z.number(),
  feeOpen: z.number(),
  feeClose: z.number(),
  fundingFees: number,
  /** The stop's price when the trade opened and when it ended, as Freqtrade reports them. */
  initialStop: number.optional(),
  lastStop: number.optional(),
  enterTag: z.string().nullable(),
  exitReason: z.string().nullable(),
  orders: z.array(orderSchema),
})
export type Trade = z.infer<typeof tradeSchema>
export type Order = z.infer<typeof orderSchema>

export const tradesSchema = z.object({ trades: z.array(tradeSchema) })

const column = z.array(z.number())

const fallSchema = z.object({
  amount: z.number(),
  ratio: z.number(),
  start: z.number(),
  low: z.number(),
  /** Null while it lasts. */
  end: z.number().nullable(),
})
export type Fall = z.infer<typeof fallSchema>

/** The wallet over time: point n spans `step` ms from `start + n · step`. Columns have equal lengths. */
export const equitySchema = z.object({
  start: z.number(),
  step: z.number(),
  /** Candles per point. */
  merged: z.number(),
  /** Of the whole run. */
  candles: z.number(),
  balance: column,
  low: column,
  high: column,
  /** The deepest inside the point, a fraction of the highest balance before it. */
  drawdown: column,
  positions: column,
  /** Mean of the pairs' closes, each relative to its first. */
  market: column,
  buyAndHold: column,
  /** The last values of each UTC day, in full precision. */
  days: z.object({ closedAt: column, balance: column, market: column, buyAndHold: column }),
  /** The ten deepest falls, the deepest first. */
  drawdowns: z.array(fallSchema),
})
export type Equity = z.infer<typeof equitySchema>
