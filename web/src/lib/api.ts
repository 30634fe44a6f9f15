import type { z } from 'zod'

import { ApiError, NetworkError, problemSchema, UnexpectedReplyError } from './problem'
import { idToken, knownSession } from './session'

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  body?: unknown
  /** Makes a repeated POST harmless: the server answers the second with the first one's outcome. */
  idempotencyKey?: string
  signal?: AbortSignal
  /** Sent without a token: nobody needs to be signed in for it. */
  isPublic?: boolean
  /** Sent with a token where somebody is signed in, and without one where nobody is. */
  isOpen?: boolean
}

type Query = Record<string, string | number | boolean | null | undefined>

const BASE = '/api/v1'

/** A path below the API with its query; what is null or undefined is left out. */
export function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}

/**
 * Calls the API as the signed-in user, or as nobody when `isPublic`, and parses the answer.
 *
 * Throws `ApiError` with the API's problem, `NetworkError` when no answer came, and
 * `UnexpectedReplyError` when the answer does not fit `schema`.
 */
export async function request<T extends z.ZodType>(
  path: string,
  schema: T,
  options: RequestOptions = {},
): Promise<z.output<T>> {
  const response = await send(path, options)
  const parsed = schema.safeParse(await readJson(path, response))
  if (!parsed.success) throw new UnexpectedReplyError(path, parsed.error)
  return parsed.data
}

/** The same for answers without a body. */
export async function command(path: string, options: RequestOptions): Promise<void> {
  await send(path, options)
}

/** The same for plain text. */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  return (await send(path, options)).text()
}

/** The same for any answer, as it comes. */
export async function send(path: string, options: RequestOptions): Promise<Response> {
  if (options.isPublic === true || (options.isOpen === true && (await isSignedOut()))) {
    return check(await attempt(path, options, undefined))
  }
  const response = await attempt(path, options, await idToken())
  // The token may have been revoked or have expired on the way: one new one, once.
  if (response.status !== 401) return check(response)
  return check(await attempt(path, options, await idToken({ isFresh: true })))
}

async function isSignedOut(): Promise<boolean> {
  return (await knownSession()).status === 'signedOut'
}

async function attempt(
  path: string,
  options: RequestOptions,
  token: string | undefined,
): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' })
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`)
  if (options.body !== undefined) headers.set('Content-Type', 'application/json')
  if (options.idempotencyKey !== undefined) headers.set('Idempotency-Key', options.idempotencyKey)
  try {
    return await fetch(BASE + path, {
      method: options.method ?? 'GET',
      headers,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new NetworkError(error)
  }
}

async function check(response: Response): Promise<Response> {
  if (response.ok) return response
  const fallback = { title: response.statusText || 'Error', status: response.status }
  const parsed = problemSchema.safeParse(await response.json().catch(() => null))
  const retryAfter = Number(response.headers.get('Retry-After'))
  throw new ApiError(
    parsed.success
      ? parsed.data
      : { ...fallback, detail: 'Candlewick could not answer. Try again.' },
    ...(retryAfter > 0 ? [retryAfter] : []),
  )
}

async function readJson(path: string, response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    throw new UnexpectedReplyError(path, error)
  }
}
