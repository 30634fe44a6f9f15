import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

const waysSchema = z.object({ google: z.boolean() })
// The address goes into the address bar: nothing but a web page's will do.
const beginSchema = z.object({ authorizeUrl: z.url({ protocol: /^https?$/ }) })
const tokenSchema = z.object({ idToken: z.string() })

export type Checks = [
  Fits<z.input<typeof waysSchema>, ApiView<'WaysView'>>,
  Fits<z.input<typeof beginSchema>, ApiView<'BeginView'>>,
  Fits<z.input<typeof tokenSchema>, ApiView<'GoogleTokenView'>>,
]

/** Which ways to sign in are set up here. */
export const waysQuery = queryOptions({
  queryKey: ['accounts', 'ways'],
  queryFn: ({ signal }) => request('/sign-in', waysSchema, { isPublic: true, signal }),
  staleTime: Infinity,
})

/** Begins a sign-in and returns the address of Google's page for it. */
export async function beginGoogleSignIn(): Promise<string> {
  const begun = await request('/sign-in/google', beginSchema, { method: 'POST', isPublic: true })
  return begun.authorizeUrl
}

/** Exchanges what Google sent back for an ID token of Google's. */
export async function exchangeGoogleReply(reply: {
  state?: string | undefined
  code?: string | undefined
  error?: string | undefined
}): Promise<string> {
  const { idToken } = await request('/sign-in/google/exchange', tokenSchema, {
    method: 'POST',
    body: reply,
    isPublic: true,
  })
  return idToken
}
