import { z } from 'zod'

const column = z.array(z.number())
const figures = z.record(z.string(), z.number().nullable())

const fallSchema = z.object({
  amount: z.number(),
  ratio: z.number(),
  start: z.number(),
  low: z.number(),
  /** Null while it lasts. */
  end: z.number().nullable(),
})
export type Fall = z.infer<typeof fallSchema>

/** The wallet over time: point n spans `step` ms from `start + n · step`. */
const equitySchema = z.object({
  start: z.number(),
  step: z.number(),
  balance: column,
  buyAndHold: column,
  drawdown: column,
  drawdowns: z.array(fallSchema),
})
export type Equity = z.infer<typeof equitySchema>

const summarySchema = z.object({
  period: z.object({
    start: z.string(),
    end: z.string(),
    days: z.number(),
    startingBalance: z.number(),
    finalBalance: z.number(),
  }),
  verified: z.object({
    closedTrades: z.record(z.string(), z.unknown()),
    balance: figures,
    tables: z.object({ pairs: z.array(z.object({ key: z.string(), figures })) }),
  }),
})
export type Summary = z.infer<typeof summarySchema>

const partSchema = z.object({ summary: summarySchema, equity: equitySchema })
export type Part = z.infer<typeof partSchema>

/** What a version did before and after its publication: two runs, never one figure. */
export const resultSchema = z.object({
  inSample: partSchema,
  outOfSample: partSchema.nullable(),
})
export type Result = z.infer<typeof resultSchema>
