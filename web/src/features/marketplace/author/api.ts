import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import { authorSchema } from '../schemas'
import { cardSchema } from '../search/api'

const spreadSchema = z.object({
  median: z.number(),
  /** Eight of ten figures lie between these two. */
  low: z.number(),
  high: z.number(),
})
export type Spread = z.infer<typeof spreadSchema>

/** All that an author ever published; what was withdrawn, replaced or taken down counts too. */
const recordSchema = z.object({
  listings: z.number(),
  withdrawn: z.number(),
  suspended: z.number(),
  versions: z.number(),
  /** Versions with figures from after their publication; of these the next two. */
  followed: z.number(),
  /** Left their expected range. */
  failed: z.number(),
  /** Lost money. */
  losing: z.number(),
  profit: spreadSchema.nullable(),
  sharpe: spreadSchema.nullable(),
})
export type TrackRecord = z.infer<typeof recordSchema>

const pageSchema = authorSchema.extend({
  record: recordSchema,
  /** Those that anybody finds. */
  listings: z.array(cardSchema),
})
const mineSchema = z.object({ author: authorSchema.nullable() })
export type MineIsCurrent = Fits<z.input<typeof mineSchema>, ApiView<'MyAuthorView'>>
export type AuthorPage = z.infer<typeof pageSchema>
export type AuthorIsCurrent = Fits<z.input<typeof pageSchema>, ApiView<'AuthorPageView'>>

export const authorQueries = {
  one: (handle: string) =>
    queryOptions({
      queryKey: ['marketplace', 'author', handle],
      queryFn: ({ signal }) =>
        request(`/marketplace/authors/${handle}`, pageSchema, { signal, isOpen: true }),
      staleTime: 5 * 60_000,
    }),
  /** Oneself as an author; null before a handle was chosen. */
  mine: () =>
    queryOptions({
      queryKey: ['marketplace', 'my', 'author'],
      queryFn: async ({ signal }) =>
        (await request('/marketplace/my/author', mineSchema, { signal })).author,
    }),
}

export interface AuthorBody {
  handle: string
  name: string
  about: string
}

export function useWriteAuthor() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: AuthorBody) =>
      request('/marketplace/my/author', authorSchema, { method: 'PUT', body }),
    onSuccess: async (author) => {
      client.setQueryData(authorQueries.mine().queryKey, author)
      await client.invalidateQueries({ queryKey: authorQueries.one(author.handle).queryKey })
    },
  })
}
