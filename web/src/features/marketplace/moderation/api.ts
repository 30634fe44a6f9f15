import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { command, request } from '@/lib/api'

import { STANDINGS } from '../schemas'

const caseSchema = z.object({
  id: z.string(),
  state: z.enum(['open', 'decided']),
  listing: z.object({
    id: z.string(),
    title: z.string(),
    author: z.string(),
    standing: z.enum(STANDINGS),
  }),
  reports: z.number(),
  openedAt: z.string(),
})
export type Case = z.infer<typeof caseSchema>

const wholeCaseSchema = caseSchema.extend({
  what: z.array(
    z.object({
      reason: z.string(),
      text: z.string(),
      at: z.string(),
      review: z.object({ author: z.string(), text: z.string() }).nullable(),
    }),
  ),
  history: z.array(z.object({ decision: z.string(), reason: z.string(), at: z.string() })),
})
export type WholeCase = z.infer<typeof wholeCaseSchema>

export const DECISIONS = ['suspend', 'restore', 'dismiss'] as const
export type Decision = (typeof DECISIONS)[number]

export const moderationQueries = {
  queue: () =>
    queryOptions({
      queryKey: ['marketplace', 'moderation', 'queue'],
      queryFn: async ({ signal }) =>
        (
          await request('/marketplace/moderation/queue', z.object({ items: z.array(caseSchema) }), {
            signal,
          })
        ).items,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['marketplace', 'moderation', 'case', id],
      queryFn: ({ signal }) =>
        request(`/marketplace/moderation/${id}`, wholeCaseSchema, { signal }),
    }),
}

export function useDecide(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { decision: Decision; reason: string }) =>
      command(`/marketplace/moderation/${id}/decisions`, { method: 'POST', body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['marketplace'] }),
  })
}
