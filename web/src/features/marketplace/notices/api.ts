import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { command, request } from '@/lib/api'

const noticeSchema = z.object({
  id: z.string(),
  text: z.string(),
  listing: z.object({ id: z.string(), title: z.string() }),
  at: z.string(),
  isRead: z.boolean(),
})
export type Notice = z.infer<typeof noticeSchema>
const noticesSchema = z.object({ items: z.array(noticeSchema), unread: z.number() })

export const noticeQueries = {
  /** Asked for at most once in five minutes: what it tells happens daily. */
  mine: () =>
    queryOptions({
      queryKey: ['marketplace', 'my', 'notices'],
      queryFn: ({ signal }) => request('/marketplace/my/notices', noticesSchema, { signal }),
      staleTime: 5 * 60_000,
    }),
}

export function useReadNotices() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => command('/marketplace/my/notices/read', { method: 'POST' }),
    onSuccess: () => client.invalidateQueries({ queryKey: noticeQueries.mine().queryKey }),
  })
}
