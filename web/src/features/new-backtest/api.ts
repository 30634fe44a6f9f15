import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

const exchangeSchema = z.object({
  name: z.string(),
  title: z.string(),
  isSimulated: z.boolean(),
  note: z.string(),
  pairs: z.number(),
  timeframes: z.array(z.string()),
})
const exchangesSchema = z.object({
  items: z.array(exchangeSchema),
})

const coverageSchema = z.object({
  pair: z.string(),
  timeframe: z.string(),
  candleType: z.enum(['spot', 'futures', 'mark', 'funding_rate']),
  start: z.string(),
  until: z.string(),
  candles: z.number(),
  missingCandles: z.number(),
  gaps: z.array(z.object({ start: z.string(), until: z.string(), candles: z.number() })),
  findings: z.array(z.object({ rule: z.string(), action: z.string(), candles: z.number() })),
  tickSizes: z.array(z.object({ since: z.string(), tickSize: z.number() })).nullable(),
  listing: z.object({ isActive: z.boolean(), lastSeen: z.string() }).nullable(),
})
const coveragesSchema = z.object({
  exchange: z.string(),
  revision: z.string(),
  isSimulated: z.boolean(),
  items: z.array(coverageSchema),
})

export type Checks = [
  Fits<z.input<typeof exchangesSchema>, ApiView<'ExchangesView'>>,
  Fits<z.input<typeof coveragesSchema>, ApiView<'CoveragesView'>>,
]
export type Exchange = z.infer<typeof exchangeSchema>
export type Coverage = z.infer<typeof coverageSchema>

/** The exchanges that have candles here; simulated ones last. */
export async function fetchExchanges(signal?: AbortSignal): Promise<Exchange[]> {
  const { items } = await request('/market-data/exchanges', exchangesSchema, cancelled(signal))
  return items.sort((a, b) => Number(a.isSimulated) - Number(b.isSimulated))
}

/** What is covered of an exchange, per pair and timeframe. */
export function fetchCoverage(
  exchange: string,
  signal?: AbortSignal,
): Promise<z.infer<typeof coveragesSchema>> {
  const path = `/market-data/exchanges/${encodeURIComponent(exchange)}/coverage`
  return request(path, coveragesSchema, cancelled(signal))
}

function cancelled(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

export const marketDataQueries = {
  all: () => ['marketData'] as const,
  exchanges: () =>
    queryOptions({
      queryKey: [...marketDataQueries.all(), 'exchanges'],
      queryFn: ({ signal }) => fetchExchanges(signal),
      staleTime: 5 * 60_000,
    }),
  coverage: (exchange: string) =>
    queryOptions({
      queryKey: [...marketDataQueries.all(), 'coverage', exchange],
      queryFn: ({ signal }) => fetchCoverage(exchange, signal),
      staleTime: 5 * 60_000,
    }),
}

/** Starts a backtest; the same key twice starts one. Returns the run's id. */
export async function startBacktest(body: BacktestRequest, key: string): Promise<string> {
  const run = await request('/backtests', z.object({ id: z.string() }), {
    method: 'POST',
    body,
    idempotencyKey: key,
  })
  return run.id
}

/** The body of `POST /backtests`; amounts are decimal texts, `end` is exclusive. */
export interface BacktestRequest {
  strategyId: string
  version: number
  exchange: string
  pairs: string[]
  timeframe: string
  timeframeDetail?: string
  start: string
  end: string
  stakeAmount: string
  wallet: string
  maxOpenTrades: number
  fee?: string
  enableProtections: boolean
  tradingMode: 'spot' | 'futures'
  loop: 'skipping' | 'stock'
  parameters?: Record<string, Record<string, unknown>>
}
