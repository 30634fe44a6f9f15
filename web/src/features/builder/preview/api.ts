import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import type { Spec } from '../model/spec'

const coverageSchema = z.object({
  isSimulated: z.boolean(),
  items: z.array(z.object({ pair: z.string(), timeframe: z.string(), candleType: z.string() })),
})
const exchangesSchema = z.object({
  items: z.array(z.object({ name: z.string(), title: z.string(), isSimulated: z.boolean() })),
})

const problemsSchema = z.array(z.object({ path: z.string(), message: z.string() }))
const previewSchema = z.object({
  revision: z.string(),
  startupCandles: z.number(),
  warmingUp: z.number(),
  candles: z.object({
    date: z.array(z.number()),
    open: z.array(z.number()),
    high: z.array(z.number()),
    low: z.array(z.number()),
    close: z.array(z.number()),
    isSimulated: z.boolean(),
    tickSize: z.number().nullable(),
  }),
  lines: z.array(
    z.object({
      column: z.string(),
      name: z.string(),
      frame: z.string().nullable(),
      title: z.string(),
      pane: z.enum(['price', 'own']),
      values: z.array(z.number().nullable()),
    }),
  ),
  signals: z.array(
    z.object({
      date: z.number(),
      way: z.enum(['enter', 'exit']),
      side: z.enum(['long', 'short']),
      tag: z.string(),
    }),
  ),
  notEvaluated: problemsSchema,
})
export type PreviewData = z.infer<typeof previewSchema>

const aboutNode = {
  path: z.string(),
  text: z.string(),
  holds: z.boolean().nullable(),
  operands: z.array(z.object({ text: z.string(), value: z.number().nullable() })),
}
export interface ExplainedNode extends z.infer<z.ZodObject<typeof aboutNode>> {
  conditions: ExplainedNode[]
}
const nodeSchema: z.ZodType<ExplainedNode> = z.object({
  ...aboutNode,
  get conditions() {
    return z.array(nodeSchema)
  },
})
const explanationSchema = z.object({
  date: z.number(),
  isWarmingUp: z.boolean(),
  rules: z.array(
    z.object({
      path: z.string(),
      way: z.enum(['enter', 'exit']),
      side: z.enum(['long', 'short']).nullable(),
      tag: z.string().nullable(),
      holds: z.boolean().nullable(),
      when: nodeSchema,
    }),
  ),
})
export type Explanation = z.infer<typeof explanationSchema>

export type Checks = [
  Fits<z.input<typeof coverageSchema>, ApiView<'CoveragesView'>>,
  Fits<z.input<typeof exchangesSchema>, ApiView<'ExchangesView'>>,
  Fits<z.input<typeof previewSchema>, ApiView<'SpecPreviewView'>>,
  Fits<z.input<typeof explanationSchema>, ApiView<'SpecExplanationView'>>,
]

export interface Market {
  exchange: string
  pair: string
}

const post = (body: unknown, signal: AbortSignal) => ({ method: 'POST', body, signal }) as const

export const previewQueries = {
  exchanges: () =>
    queryOptions({
      queryKey: ['specs', 'exchanges'],
      queryFn: async ({ signal }) =>
        (await request('/market-data/exchanges', exchangesSchema, { signal })).items,
      staleTime: 5 * 60_000,
    }),
  /** The pairs that an exchange has candles of, per timeframe. */
  coverage: (exchange: string) =>
    queryOptions({
      queryKey: ['specs', 'coverage', exchange],
      queryFn: ({ signal }) =>
        request(`/market-data/exchanges/${encodeURIComponent(exchange)}/coverage`, coverageSchema, {
          signal,
        }),
      staleTime: 5 * 60_000,
    }),
  preview: (spec: Spec, market: Market) =>
    queryOptions({
      queryKey: ['specs', 'preview', market, spec],
      queryFn: ({ signal }) =>
        request('/specs/preview', previewSchema, post({ spec, ...market }, signal)),
      staleTime: Infinity,
      gcTime: 30_000,
      retry: false,
    }),
  explanation: (spec: Spec, market: Market, revision: string, at: number) =>
    queryOptions({
      queryKey: ['specs', 'explanation', market, revision, at, spec],
      queryFn: ({ signal }) =>
        request(
          '/specs/explain',
          explanationSchema,
          post({ spec, ...market, revision, at }, signal),
        ),
      staleTime: Infinity,
      gcTime: 30_000,
      retry: false,
    }),
}
