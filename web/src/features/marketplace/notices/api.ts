import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { request, withQuery } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

const noticeSchema = z.object({
  id: z.string(),
  listingId: z.string(),
  /** What the listing was called then. */
  title: z.string(),
  text: z.string(),
  at: z.string(),
  isRead: z.boolean(),
})
const noticesSchema = z.object({
  items: z.array(noticeSchema),
  unread: z.number(),
  nextCursor: z.string().nullable(),
})

export type NoticesAreCurrent = Fits<z.input<typeof noticesSchema>, ApiView<'NoticesView'>>

export const noticeQueries = {
  /** Asked for at most once in five minutes: what it tells happens daily. */
  mine: () =>
    infiniteQueryOptions({
      queryKey: ['marketplace', 'my', 'notices'],
      queryFn: ({ pageParam, signal }) =>
        request(withQuery('/marketplace/my/notices', { cursor: pageParam }), noticesSchema, {
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
      staleTime: 5 * 60_000,
    }),
}

/** Marks all notices up to a moment as read. */
export function useReadNotices() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (until: string) =>
      request('/marketplace/my/notices/read', z.object({ unread: z.number() }), {
        method: 'POST',
        body: { until },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: noticeQueries.mine().queryKey }),
  })
}
