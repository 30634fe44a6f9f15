import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { command, request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'
import { idToken } from '@/lib/session'

const profileSchema = z.object({
  id: z.string(),
  email: z.string().nullable(),
  displayName: z.string().nullable(),
  createdAt: z.string(),
})

const quotaSchema = z.object({ used: z.number(), limit: z.number() })
const quotasSchema = z.object({
  activeRuns: quotaSchema,
  runsToday: quotaSchema,
  apiTokens: quotaSchema,
})

export const scopeSchema = z.enum(['read', 'strategies', 'backtests', 'bots'])
export type Scope = z.infer<typeof scopeSchema>

const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scopeSchema),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
})
const tokensSchema = z.object({ items: z.array(tokenSchema) })
const newTokenSchema = z.object({
  token: z.string(),
  details: tokenSchema,
})

export type Checks = [
  Fits<z.input<typeof profileSchema>, ApiView<'ProfileView'>>,
  Fits<z.input<typeof quotasSchema>, ApiView<'QuotasView'>>,
  Fits<z.input<typeof tokensSchema>, ApiView<'TokensView'>>,
  Fits<z.input<typeof newTokenSchema>, ApiView<'NewTokenView'>>,
]
export type Quotas = z.infer<typeof quotasSchema>
export type ApiToken = z.infer<typeof tokenSchema>
export type NewToken = z.infer<typeof newTokenSchema>

export const newTokenForm = z.object({
  name: z.string().trim().min(1, 'Name the token after what will use it.').max(100),
  scopes: z.array(scopeSchema).min(1, 'Choose what the token may do.'),
  expiresInDays: z
    .number({ error: 'Enter days as a number.' })
    .int('Enter whole days.')
    .min(1, 'At least one day.')
    .max(366, 'At most 366 days.'),
})
export type NewTokenForm = z.infer<typeof newTokenForm>

export const profileForm = z.object({
  displayName: z.string().trim().min(1, 'Enter a name.').max(100, 'At most 100 characters.'),
})
export type ProfileForm = z.infer<typeof profileForm>

export const accountQueries = {
  all: () => ['accounts'] as const,
  profile: () =>
    queryOptions({
      queryKey: [...accountQueries.all(), 'profile'],
      queryFn: ({ signal }) => request('/me', profileSchema, { signal }),
    }),
  quotas: () =>
    queryOptions({
      queryKey: [...accountQueries.all(), 'quotas'],
      queryFn: ({ signal }) => request('/me/quotas', quotasSchema, { signal }),
      staleTime: 5_000,
    }),
  tokens: () =>
    queryOptions({
      queryKey: [...accountQueries.all(), 'tokens'],
      queryFn: ({ signal }) => request('/me/tokens', tokensSchema, { signal }),
    }),
}

export function renameProfile(form: ProfileForm): Promise<z.infer<typeof profileSchema>> {
  return request('/me', profileSchema, { method: 'PATCH', body: form })
}

export function createToken(form: NewTokenForm): Promise<NewToken> {
  return request('/me/tokens', newTokenSchema, { method: 'POST', body: form })
}

export function revokeToken(id: string): Promise<void> {
  return command(`/me/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' })
}

/** Everything stored about the user, as the API's JSON. */
export function exportAccount(): Promise<unknown> {
  return request('/me/export', z.unknown())
}

/** Deletes the account and all that it owns. The session ends with it. */
export async function deleteAccount(): Promise<void> {
  await idToken({ isFresh: true })
  await command('/me', { method: 'DELETE' })
}
