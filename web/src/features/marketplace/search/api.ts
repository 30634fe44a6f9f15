import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { z } from 'zod'

import { request, withQuery } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import {
  ACCESSES,
  countsSchema,
  gradeSchema,
  headlineSchema,
  outOfSampleSchema,
  priceSchema,
} from '../schemas'
import { type Filter, FILTERS, type SearchState } from './search-state'

export const cardSchema = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  /** The author's handle. */
  author: z.string(),
  exchange: z.string(),
  pairs: z.array(z.string()),
  timeframe: z.string(),
  canShort: z.boolean(),
  tags: z.array(z.string()),
  styles: z.array(z.string()),
  access: z.enum(ACCESSES),
  price: priceSchema.nullable(),
  grade: gradeSchema.nullable(),
  headline: headlineSchema,
  outOfSample: outOfSampleSchema.nullable(),
  counts: countsSchema,
})
export type Card = z.infer<typeof cardSchema>

const valuesSchema = z.array(z.object({ value: z.string(), count: z.number() }))
export type FacetValues = z.infer<typeof valuesSchema>

const pageSchema = z.object({
  items: z.array(cardSchema),
  total: z.number(),
  /** How many there are with each value, under all filters but the facet's own. */
  facets: z.object(
    Object.fromEntries(FILTERS.map((name) => [name, valuesSchema])) as Record<
      Filter,
      typeof valuesSchema
    >,
  ),
  /** What was looked for, where nothing holds what was typed. */
  corrected: z.string().nullable(),
  suggestions: z.array(z.string()),
  nextCursor: z.string().nullable(),
})
export type SearchPage = z.infer<typeof pageSchema>

export type SearchIsCurrent = Fits<z.input<typeof pageSchema>, ApiView<'SearchView'>>

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
