import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { command, request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  venue: z.string(),
  lastFour: z.string(),
  version: z.number(),
  isBoundToAddresses: z.boolean(),
  problem: z.string(),
  advice: z.string(),
  createdAt: z.string(),
  checkedAt: z.string(),
})
const keysSchema = z.object({ items: z.array(keySchema) })

export type Checks = [Fits<z.input<typeof keysSchema>, ApiView<'KeysView'>>]
export type ExchangeKey = z.infer<typeof keySchema>

const secret = z
  .string()
  .trim()
  .min(8, 'Copy the whole text from the exchange.')
  .max(200, 'This is longer than a key can be.')
  .regex(/^[!-~]+$/, 'There is a space or another sign in it that no key has.')

export const credentialsForm = z.object({ apiKey: secret, secret })
export type CredentialsForm = z.infer<typeof credentialsForm>

export const keyForm = credentialsForm.extend({
  name: z.string().trim().min(1, 'Name the key, so that you know it again.').max(100),
  venue: z.string().min(1, 'Choose the exchange.'),
})
export type KeyForm = z.infer<typeof keyForm>

export const keyQueries = {
  all: () => ['exchangeKeys'] as const,
  list: () =>
    queryOptions({
      queryKey: [...keyQueries.all(), 'list'],
      queryFn: ({ signal }) => request('/exchange-keys', keysSchema, { signal }),
    }),
}

function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: keyQueries.all() })
}

export function useAddKey() {
  return useMutation({
    mutationFn: (form: KeyForm) =>
      request('/exchange-keys', keySchema, { method: 'POST', body: form }),
    onSuccess: useRefresh(),
    // What was typed must not stay in memory longer than the request.
    gcTime: 0,
  })
}

export function useRotateKey(id: string) {
  return useMutation({
    mutationFn: (form: CredentialsForm) =>
      request(`/exchange-keys/${id}/rotate`, keySchema, { method: 'POST', body: form }),
    onSuccess: useRefresh(),
    gcTime: 0,
  })
}

export function useDeleteKey(id: string) {
  return useMutation({
    mutationFn: () => command(`/exchange-keys/${id}`, { method: 'DELETE' }),
    onSuccess: useRefresh(),
  })
}
