import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import { trustSchema } from './api'

const examRunSchema = z.object({
  name: z.string(),
  part: z.enum(['base', 'start', 'neighbour', 'lookahead', 'recursive', 'truncated']),
  /** What a neighbour moves. */
  parameter: z.string(),
  state: z.enum([
    'queued',
    'starting',
    'running',
    'verifying',
    'cancelling',
    'succeeded',
    'failed',
    'cancelled',
  ]),
})
export type ExamRun = z.infer<typeof examRunSchema>

/** How far the platform is with what it finds out before a version may be published. */
export const examSchema = z.object({
  state: z.enum(['running', 'done', 'failed']),
  message: z.string(),
  runs: z.array(examRunSchema),
})
export type Exam = z.infer<typeof examSchema>

export type ExamIsCurrent = Fits<z.input<typeof examSchema>, ApiView<'ExamView'>>

const WHILE_RUNNING_MS = 2_000
const path = (listingId: string, number: number) =>
  `/marketplace/listings/${listingId}/versions/${number}`

export const examQueries = {
  /** For its author. Asking takes the examination further. */
  progress: (listingId: string, number: number) =>
    queryOptions({
      queryKey: ['trust', 'exam', listingId, number],
      queryFn: ({ signal }) => request(`${path(listingId, number)}/exam`, examSchema, { signal }),
      refetchInterval: ({ state }) => (state.data?.state === 'running' ? WHILE_RUNNING_MS : false),
    }),
  /** What was found, once it is done. */
  report: (listingId: string, number: number) =>
    queryOptions({
      queryKey: ['trust', 'listing', listingId, number],
      queryFn: ({ signal }) =>
        request(`${path(listingId, number)}/trust`, trustSchema, { signal, isOpen: true }),
      staleTime: 5 * 60_000,
    }),
}
