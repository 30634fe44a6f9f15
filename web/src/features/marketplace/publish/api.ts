import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { command, request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import { listingQueries } from '../listing/api'
import { listingSchema, listingsSchema, type Terms, versionSchema } from '../schemas'

const path = (id: string) => `/marketplace/listings/${id}`

const invitationSchema = z.object({
  token: z.string(),
  /** Where the link leads on this site. */
  path: z.string(),
  note: z.string(),
})
export type Invitation = z.infer<typeof invitationSchema>

const memberSchema = z.object({ id: z.string(), note: z.string(), since: z.string() })
export type Member = z.infer<typeof memberSchema>

const membersSchema = z.object({
  items: z.array(memberSchema),
  /** Those that nobody accepted yet. */
  invitations: z.array(invitationSchema),
})
export type MembersAreCurrent = Fits<z.input<typeof membersSchema>, ApiView<'MembersView'>>

export const ownQueries = {
  listings: () =>
    queryOptions({
      queryKey: ['marketplace', 'my', 'listings'],
      queryFn: async ({ signal }) =>
        (await request('/marketplace/my/listings', listingsSchema, { signal })).items,
    }),
  members: (id: string) =>
    queryOptions({
      queryKey: [...listingQueries.of(id), 'members'],
      queryFn: ({ signal }) => request(`${path(id)}/members`, membersSchema, { signal }),
    }),
}

const earningsSchema = z.object({
  /** What the platform owes its author; decimal text, by currency. */
  balances: z.array(z.object({ currency: z.string(), amount: z.string() })),
  /** The newest hundred; an amount is negative for refunds and payouts. */
  entries: z.array(
    z.object({
      kind: z.string(),
      at: z.string(),
      listingId: z.string().nullable(),
      amount: z.string(),
      currency: z.string(),
    }),
  ),
})
export type EarningsAreCurrent = Fits<z.input<typeof earningsSchema>, ApiView<'EarningsView'>>

export const earningsQuery = queryOptions({
  queryKey: ['marketplace', 'my', 'earnings'],
  queryFn: ({ signal }) => request('/marketplace/my/earnings', earningsSchema, { signal }),
})

/** A version of one's strategy with a verified run of it, whose settings become the version's. */
export interface Edition {
  strategyId: string
  version: number
  runId: string
  notes: string
}

/** What changes one's listings changes what lists and pages show of them. */
function useOwnChange<Wanted, Made>(change: (wanted: Wanted) => Promise<Made>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    // Not waited for: what is drawn anew would take away whoever has to be told.
    onSuccess: () => void client.invalidateQueries({ queryKey: ['marketplace'] }),
  })
}

export function useCreateListing() {
  return useOwnChange((body: Edition & { terms: Terms }) =>
    request('/marketplace/listings', listingSchema, { method: 'POST', body }),
  )
}

export function useAddVersion(id: string) {
  return useOwnChange((body: Edition) =>
    request(`${path(id)}/versions`, versionSchema, { method: 'POST', body }),
  )
}

export function useWriteTerms(id: string) {
  return useOwnChange((terms: Terms) =>
    request(path(id), listingSchema, { method: 'PATCH', body: terms }),
  )
}

/** Asks for a failed examination again. */
export function useExamineAgain(id: string) {
  return useOwnChange((number: number) =>
    command(`${path(id)}/versions/${number}/exam`, { method: 'POST' }),
  )
}

export function usePublish(id: string) {
  return useOwnChange((number: number) =>
    request(`${path(id)}/versions/${number}/publish`, listingSchema, { method: 'POST' }),
  )
}

export function useMoveListing(id: string) {
  return useOwnChange((move: 'withdraw' | 'restore') =>
    request(`${path(id)}/${move}`, listingSchema, { method: 'POST' }),
  )
}

/** Makes a link that lets one person in; the note is all that one is told of who came. */
export function useInvite(id: string) {
  return useOwnChange((note: string) =>
    request(`${path(id)}/invitations`, invitationSchema, { method: 'POST', body: { note } }),
  )
}

export function useRevokeInvitation(id: string) {
  return useOwnChange((token: string) =>
    command(`${path(id)}/invitations/${token}`, { method: 'DELETE' }),
  )
}

export function useRemoveMember(id: string) {
  return useOwnChange((member: string) =>
    command(`${path(id)}/members/${member}`, { method: 'DELETE' }),
  )
}

export function useAcceptInvitation() {
  return useOwnChange((token: string) =>
    request(`/marketplace/invitations/${token}`, listingSchema, { method: 'POST' }),
  )
}
