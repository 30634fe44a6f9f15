import { z } from 'zod'

const column = z.array(z.number())
const figures = z.record(z.string(), z.unknown())

const fallSchema = z.object({
  ratio: z.number(),
  start: z.number(),
  low: z.number(),
  /** Null while it lasts. */
  end: z.number().nullable(),
})
export type Fall = z.infer<typeof fallSchema>

/** What a version did in one stretch of time, in the house's own run of it. */
const stretchSchema = z.object({
  start: z.string(),
  /** Exclusive. */
  until: z.string(),
  /** What it began with. */
  wallet: z.number(),
  isSimulated: z.boolean(),
  /** Figures of the closed trades, and of the balance marked to market. */
  trades: figures,
  balance: figures,
  /** Point n spans `step` ms from `start + n · step`. */
  equity: z.object({
    start: z.number(),
    step: z.number(),
    balance: column,
    buyAndHold: column,
    drawdown: column,
  }),
  drawdowns: z.array(fallSchema),
  pairs: z.array(z.object({ key: z.string(), figures })),
})
export type Stretch = z.infer<typeof stretchSchema>

/** Two runs, before and after the publication; never one figure. */
export const resultSchema = z.object({
  inSample: stretchSchema,
  outOfSample: stretchSchema.nullable(),
})
export type Result = z.infer<typeof resultSchema>

const UNDEFINED = -100 // Freqtrade's mark for a ratio without a denominator

/** A figure by its name; null where there is none. */
export function figureOf(from: Record<string, unknown>, name: string): number | null {
  const value = from[name]
  return typeof value === 'number' && value !== UNDEFINED ? value : null
}

/** What the wallet gained or lost, open positions at their last price; a fraction. */
export function profitOf({ equity, wallet }: Stretch): number | null {
  const last = equity.balance.at(-1)
  return last === undefined ? null : last / wallet - 1
}
