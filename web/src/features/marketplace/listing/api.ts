import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'

import { request, withQuery } from '@/lib/api'

import { codeSchema, lineageSchema, listingSchema, reviewsSchema, versionsSchema } from '../schemas'
import { resultSchema } from './result-schemas'

// Published versions and their code never change.
const FOREVER = { staleTime: Number.POSITIVE_INFINITY } as const
const path = (id: string) => `/marketplace/listings/${id}`

/** A listing and all that hangs on it. Whoever is not signed in asks as nobody. */
export const listingQueries = {
  all: () => ['marketplace', 'listing'] as const,
  of: (id: string) => [...listingQueries.all(), id] as const,
  one: (id: string) =>
    queryOptions({
      queryKey: [...listingQueries.of(id), 'one'],
      queryFn: ({ signal }) => request(path(id), listingSchema, { signal, isOpen: true }),
    }),
  versions: (id: string) =>
    queryOptions({
      queryKey: [...listingQueries.of(id), 'versions'],
      queryFn: async ({ signal }) =>
        (await request(`${path(id)}/versions`, versionsSchema, { signal, isOpen: true })).items,
    }),
  code: (id: string, number: number) =>
    queryOptions({
      queryKey: [...listingQueries.of(id), 'code', number],
      queryFn: ({ signal }) =>
        request(`${path(id)}/versions/${number}/code`, codeSchema, { signal, isOpen: true }),
      ...FOREVER,
    }),
  result: (id: string, number: number) =>
    queryOptions({
      queryKey: [...listingQueries.of(id), 'result', number],
      queryFn: ({ signal }) =>
        request(`${path(id)}/versions/${number}/result`, resultSchema, { signal, isOpen: true }),
      staleTime: 5 * 60_000,
    }),
  lineage: (id: string) =>
    queryOptions({
      queryKey: [...listingQueries.of(id), 'lineage'],
      queryFn: ({ signal }) =>
        request(`${path(id)}/lineage`, lineageSchema, { signal, isOpen: true }),
    }),
  reviews: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...listingQueries.of(id), 'reviews'],
      queryFn: ({ pageParam, signal }) =>
        request(withQuery(`${path(id)}/reviews`, { cursor: pageParam }), reviewsSchema, {
          signal,
          isOpen: true,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
}
