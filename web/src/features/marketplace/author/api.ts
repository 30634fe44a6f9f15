import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

import { request } from '@/lib/api'
import { ApiError } from '@/lib/problem'

import { authorSchema } from '../schemas'

export const authorQueries = {
  one: (handle: string) =>
    queryOptions({
      queryKey: ['marketplace', 'author', handle],
      queryFn: ({ signal }) =>
        request(`/marketplace/authors/${handle}`, authorSchema, { signal, isOpen: true }),
      staleTime: 5 * 60_000,
    }),
  /** Oneself as an author; null before a handle was chosen. */
  mine: () =>
    queryOptions({
      queryKey: ['marketplace', 'my', 'author'],
      queryFn: async ({ signal }) => {
        try {
          return await request('/marketplace/my/author', authorSchema, { signal })
        } catch (error) {
          if (error instanceof ApiError && error.status === 404) return null
          throw error
        }
      },
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
