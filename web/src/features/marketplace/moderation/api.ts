import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { z } from 'zod'

import { request, withQuery } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import { reviewSchema, STANDINGS } from '../schemas'

export const CASE_STATES = ['open', 'in-review', 'decided'] as const
export type CaseState = (typeof CASE_STATES)[number]

export const RULINGS = [
  'dismiss',
  'suspend-listing',
  'restore-listing',
  'hide-review',
  'restore-review',
] as const
export type Ruling = (typeof RULINGS)[number]

const caseSchema = z.object({
  id: z.string(),
  listingId: z.string(),
  reviewId: z.string().nullable(),
  state: z.enum(CASE_STATES),
  openedAt: z.string(),
  changedAt: z.string(),
  reports: z.number(),
  /** A change names the revision that it was made of. */
  revision: z.number(),
  /** Who has it in hand. */
  moderator: z.string().nullable(),
  isMine: z.boolean(),
  decisions: z.array(
    z.object({
      ruling: z.enum(RULINGS),
      reason: z.string(),
      moderator: z.string(),
      at: z.string(),
    }),
  ),
})
export type Case = z.infer<typeof caseSchema>

const openedSchema = z.object({
  case: caseSchema,
  listing: z.object({
    id: z.string(),
    title: z.string(),
    summary: z.string(),
    description: z.string(),
    author: z.string(),
    standing: z.enum(STANDINGS),
  }),
  review: reviewSchema.nullable(),
  reports: z.array(z.object({ reason: z.string(), text: z.string(), at: z.string() })),
})
export type OpenedCase = z.infer<typeof openedSchema>

const queueSchema = z.object({ items: z.array(caseSchema), nextCursor: z.string().nullable() })

export type Checks = [
  Fits<z.input<typeof queueSchema>, ApiView<'QueueView'>>,
  Fits<z.input<typeof openedSchema>, ApiView<'OpenedCaseView'>>,
]

const path = (id: string) => `/marketplace/moderation/${id}`

export const moderationQueries = {
  queue: (state: CaseState) =>
    infiniteQueryOptions({
      queryKey: ['marketplace', 'moderation', 'queue', state],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery('/marketplace/moderation/queue', { state, cursor: pageParam }),
          queueSchema,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['marketplace', 'moderation', 'case', id],
      queryFn: ({ signal }) => request(path(id), openedSchema, { signal }),
    }),
}

function useCaseChange<Wanted>(change: (wanted: Wanted) => Promise<Case>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    // Not waited for: what is drawn anew would take away whoever has to be told.
    onSuccess: () => void client.invalidateQueries({ queryKey: ['marketplace'] }),
  })
}

/** Takes a case into one's hands, or gives it back. */
export function useMoveCase({ id, revision }: Case) {
  return useCaseChange((move: 'take' | 'release') =>
    request(`${path(id)}/${move}`, caseSchema, { method: 'POST', body: { revision } }),
  )
}

export function useDecide({ id, revision }: Case) {
  return useCaseChange((body: { ruling: Ruling; reason: string }) =>
    request(`${path(id)}/decisions`, caseSchema, { method: 'POST', body: { ...body, revision } }),
  )
}
