import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { z } from 'zod'

import { request, withQuery } from '@/lib/api'

import { ACCESSES, countsSchema, gradeSchema, priceSchema } from '../schemas'
import type { SearchState } from './search-state'

const figure = z.number().nullable()

const cardSchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  author: z.string(),
  exchange: z.string(),
  pairs: z.array(z.string()),
  pairCount: z.number(),
  timeframe: z.string(),
  canShort: z.boolean(),
  tags: z.array(z.string()),
  access: z.enum(ACCESSES),
  price: priceSchema.nullable(),
  grade: gradeSchema.nullable(),
  inSample: z.object({ profit: figure, drawdown: figure, sharpe: figure, trades: figure }),
  outOfSample: z
    .object({
      days: z.number(),
      profit: z.number(),
      drawdown: z.number(),
      sharpe: figure,
      isInRange: z.boolean(),
    })
    .nullable(),
  counts: countsSchema,
  publishedAt: z.string(),
  /** The balance relative to its start, and where in it the time after the publication begins. */
  spark: z.object({ values: z.array(z.number()), since: z.number().nullable() }).nullable(),
})
export type Card = z.infer<typeof cardSchema>

const facetSchema = z.object({
  name: z.string(),
  values: z.array(z.object({ value: z.string(), count: z.number() })),
})
export type Facet = z.infer<typeof facetSchema>

const pageSchema = z.object({
  items: z.array(cardSchema),
  total: z.number(),
  facets: z.array(facetSchema),
  suggestions: z.array(z.string()),
  nextCursor: z.string().nullable(),
})
export type SearchPage = z.infer<typeof pageSchema>

const PAGE_SIZE = 24

export const searchQueries = {
  /** Everybody finds the same, so nobody's token is waited for. */
  find: (state: SearchState) =>
    infiniteQueryOptions({
      queryKey: ['marketplace', 'search', state],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery('/marketplace/search', { ...state, cursor: pageParam, size: PAGE_SIZE }),
          pageSchema,
          { signal, isPublic: true },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: keepPreviousData,
    }),
}
