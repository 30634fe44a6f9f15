import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'

import { FOREVER, runQueries } from '../api'

const number = z.number().nullable()
const file = z.object({ name: z.string(), sha256: z.string() }).nullable()

const stretchSchema = z.object({
  file,
  first: number,
  last: number,
  expected: z.number(),
  missing: z.number(),
  gapCount: z.number(),
  gaps: z.array(z.object({ start: z.number(), until: z.number(), missing: z.number() })),
})

/** What trades lack of funding, in stake currency; what they would have paid is below zero. */
const missingFundingSchema = z.object({
  /** Of payments whose rates are known; null where there are none. */
  amount: number,
  payments: z.number(),
  /** At how many of these a candle's price stands in for the mark price. */
  atCandlePrice: z.number(),
  /** At the rates around those that are missing. */
  estimate: number,
  estimated: z.number(),
  unknown: z.number(),
})
export type MissingFunding = z.infer<typeof missingFundingSchema>

const fundingSchema = z.object({
  /** How often funding is taken to have been due where no rates tell it. */
  assumedIntervalS: number.default(null),
  due: z.number(),
  /** Due, and taken as 0 by Freqtrade. */
  uncounted: z.number(),
  /** Counted at the last mark price before a gap. */
  atOlderPrice: z.number(),
  rates: stretchSchema,
  markPrices: stretchSchema,
  ofTrades: missingFundingSchema.nullable().default(null),
})
export type Funding = z.infer<typeof fundingSchema>

/** What the candles and the funding under a run are like. Times are milliseconds UTC. */
export const certificateSchema = z.object({
  start: z.number(),
  until: z.number(),
  step: z.number(),
  jumpRatio: z.number(),
  pairs: z.array(
    z.object({
      pair: z.string(),
      file,
      first: number,
      last: number,
      candles: z.number(),
      expected: z.number(),
      missing: z.number(),
      gapCount: z.number(),
      gaps: z.array(z.object({ start: z.number(), until: z.number(), candles: z.number() })),
      zeroVolume: z.number(),
      jumpCount: z.number(),
      jumps: z.array(z.object({ at: z.number(), ratio: z.number() })),
      /** Of futures, in results since it is looked at. */
      funding: fundingSchema.nullable().default(null),
    }),
  ),
  affectedTrades: z.array(
    z.object({
      number: z.number(),
      pair: z.string(),
      openedAt: z.number(),
      closedAt: number,
      profit: number,
      reasons: z.array(z.string()),
      missingFunding: missingFundingSchema.nullable().default(null),
    }),
  ),
  profit: z.object({
    all: z.number(),
    affected: z.number(),
    unaffected: z.number(),
    affectedTrades: z.number(),
  }),
  /** A trade with two reasons counts for both. */
  byReason: z.record(z.string(), z.object({ trades: z.number(), profit: z.number() })).default({}),
})
export type Certificate = z.infer<typeof certificateSchema>

export const certificateQuery = (id: string) =>
  queryOptions({
    queryKey: [...runQueries.all(), 'certificate', id],
    queryFn: ({ signal }) => request(`/backtests/${id}/certificate`, certificateSchema, { signal }),
    ...FOREVER,
  })
