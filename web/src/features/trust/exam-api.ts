import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'

import { trustSchema } from './api'

const probeSchema = z.object({
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
})
export type Probe = z.infer<typeof probeSchema>

/** What the platform finds out about a version before it may be published. */
export const examSchema = z.object({
  state: z.enum(['running', 'done', 'failed']),
  message: z.string(),
  isPublishable: z.boolean(),
  probes: z.array(probeSchema),
  /** Null until it is done. */
  report: trustSchema.nullable(),
})
export type Exam = z.infer<typeof examSchema>

const WHILE_RUNNING_MS = 2_000

export const examQueries = {
  of: (listingId: string, number: number) =>
    queryOptions({
      queryKey: ['trust', 'exam', listingId, number],
      queryFn: ({ signal }) =>
        request(`/marketplace/listings/${listingId}/versions/${number}/trust`, examSchema, {
          signal,
          isOpen: true,
        }),
      refetchInterval: ({ state }) => (state.data?.state === 'running' ? WHILE_RUNNING_MS : false),
    }),
}
