import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { command, request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

const shareSchema = z.object({
  token: z.string(),
  /** What visitors read above the figures; empty for the strategy's name. */
  title: z.string(),
  path: z.string(),
  embedPath: z.string(),
  picturePath: z.string(),
  isOpen: z.boolean(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
})
export type Share = z.infer<typeof shareSchema>
export type ShareIsCurrent = Fits<z.input<typeof shareSchema>, ApiView<'ShareView'>>

const sharesSchema = z.object({ items: z.array(shareSchema) })

export interface NewShare {
  title: string
  expiresAt: string | null
}

const key = (runId: string) => ['shares', runId] as const

export const shareQueries = {
  list: (runId: string) =>
    queryOptions({
      queryKey: key(runId),
      queryFn: () => request(`/backtests/${runId}/shares`, sharesSchema),
    }),
}

export function useShare(runId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: NewShare) =>
      request(`/backtests/${runId}/shares`, shareSchema, { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: key(runId) }),
  })
}

export function useRevokeShare(runId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (token: string) =>
      command(`/backtests/${runId}/shares/${token}`, { method: 'DELETE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: key(runId) }),
  })
}
