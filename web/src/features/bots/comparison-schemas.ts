import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request, withQuery } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

export const CAUSES = [
  'signal',
  'fill_price',
  'fee',
  'amount',
  'missed_candle',
  'held_back',
  'override',
  'rounding',
] as const
export type Cause = (typeof CAUSES)[number]

export const CAUSE_WORDS: Record<Cause, readonly [name: string, meaning: string]> = {
  signal: ['Signal', 'The strategy said something else live than in the backtest.'],
  fill_price: ['Fill price', 'The same decision, filled at another price.'],
  fee: ['Fee', 'Other fees than the backtest assumed.'],
  amount: ['Amount', 'More or less was bought.'],
  missed_candle: ['Missed candle', 'The bot did not run when that candle closed.'],
  held_back: ['Held back', 'A limit or a refused order kept it from trading.'],
  override: ['Override', 'Somebody decided: pause, stop, blacklist, forced entry or exit.'],
  rounding: ['Rounding', 'What rounding leaves.'],
}

const amount = z.string().transform(Number)
const partSchema = z.object({ cause: z.enum(CAUSES), amount })
const tradeSchema = z.object({
  openedAt: z.string(),
  closedAt: z.string(),
  openRate: amount,
  closeRate: amount,
  profit: amount,
  exitReason: z.string(),
})
export const comparisonSchema = z.object({
  runId: z.string(),
  start: z.string(),
  end: z.string(),
  backtest: amount,
  live: amount,
  total: amount,
  causes: z.array(partSchema),
  items: z.array(
    z.object({
      pair: z.string(),
      backtest: tradeSchema.nullable(),
      live: tradeSchema.nullable(),
      parts: z.array(partSchema),
      total: amount,
    }),
  ),
})
export type Comparison = z.infer<typeof comparisonSchema>
export type Difference = Comparison['items'][number]
export type ComparisonIsCurrent = Fits<z.input<typeof comparisonSchema>, ApiView<'ComparisonView'>>

export const comparisonQuery = (botId: string, runId: string) =>
  queryOptions({
    queryKey: ['bots', 'comparison', botId, runId],
    queryFn: ({ signal }) =>
      request(withQuery(`/bots/${botId}/comparison`, { runId }), comparisonSchema, { signal }),
  })

/** Simulates the time that the bot has traded; returns the run's id. */
export async function backtestBot(botId: string): Promise<string> {
  const run = await request(`/bots/${botId}/backtest`, z.object({ id: z.string() }), {
    method: 'POST',
    idempotencyKey: crypto.randomUUID(),
  })
  return run.id
}
