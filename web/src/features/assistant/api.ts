import { queryOptions } from '@tanstack/react-query'

import { command, request, send, withQuery } from '@/lib/api'
import { ApiError, UnexpectedReplyError } from '@/lib/problem'

import {
  assistantSchema,
  budgetSchema,
  conversationSchema,
  conversationsSchema,
  eventSchema,
  messageSchema,
  type Offer,
  type ReplyEvent,
  type Run,
  runSchema,
  strategySchema,
  transcriptSchema,
  versionSchema,
} from './schemas'
import { serverEvents } from './stream'

const BASE = '/assistant'
const talk = (id: string) => `${BASE}/conversations/${encodeURIComponent(id)}`
const CONFLICT = 409
const PATIENCE = 4
const PAUSE_MS = 1_000

/** Every key starts with "assistant", so that one call invalidates them all. */
export const assistantQueries = {
  state: () =>
    queryOptions({
      queryKey: ['assistant', 'state'],
      queryFn: ({ signal }) => request(BASE, assistantSchema, { signal }),
    }),
  conversations: (strategyId: string) =>
    queryOptions({
      queryKey: ['assistant', 'conversations', strategyId],
      queryFn: async ({ signal }) =>
        (
          await request(withQuery(`${BASE}/conversations`, { strategyId }), conversationsSchema, {
            signal,
          })
        ).items,
    }),
  transcript: (id: string) =>
    queryOptions({
      queryKey: ['assistant', 'transcript', id],
      queryFn: ({ signal }) => request(talk(id), transcriptSchema, { signal }),
    }),
}

export function createConversation(strategyId: string) {
  return request(`${BASE}/conversations`, conversationSchema, {
    method: 'POST',
    body: { strategyId },
  })
}

export function deleteConversation(id: string): Promise<void> {
  return command(talk(id), { method: 'DELETE' })
}

/** Sends a message and yields its reply piece by piece. */
export async function* sendMessage(
  id: string,
  body: { text: string; code: string },
  signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void, undefined> {
  const path = `${talk(id)}/messages`
  const { body: stream } = await patiently(() => send(path, { method: 'POST', body, signal }))
  if (stream === null) throw new UnexpectedReplyError(path)
  for await (const { name, data } of serverEvents(stream, signal)) {
    const parsed = eventSchema.safeParse({ kind: name, ...asObject(path, data) })
    if (!parsed.success) throw new UnexpectedReplyError(path, parsed.error)
    yield parsed.data
  }
}

/** A reply that was stopped is noticed a moment later; until then the next one is refused. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      const isBusy = error instanceof ApiError && error.status === CONFLICT
      if (!isBusy || tries >= PATIENCE) throw error
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

function asObject(path: string, data: string): object {
  try {
    const value: unknown = JSON.parse(data)
    if (typeof value === 'object' && value !== null) return value
  } catch (error) {
    throw new UnexpectedReplyError(path, error)
  }
  throw new UnexpectedReplyError(path)
}

/** Counts a backtest that is started from the chat; 429 when the day's are used up. */
export function takeRun(id: string) {
  return request(`${talk(id)}/runs`, budgetSchema, { method: 'POST' })
}

export function showResult(id: string, runId: string) {
  return request(`${talk(id)}/results`, messageSchema, { method: 'POST', body: { runId } })
}

/** The number of a version with this code: the latest one when it is that, else a new one. */
export async function savedVersion(strategyId: string, code: string): Promise<number> {
  const path = `/strategies/${encodeURIComponent(strategyId)}`
  const { latestVersion } = await request(path, strategySchema)
  if (latestVersion > 0) {
    const latest = await request(`${path}/versions/${latestVersion}`, versionSchema)
    if (latest.code === code) return latestVersion
  }
  const made = await request(`${path}/versions`, versionSchema, {
    method: 'POST',
    body: { code, note: 'From the chat' },
  })
  return made.number
}

export function startBacktest(
  strategyId: string,
  version: number,
  offer: Offer,
  idempotencyKey: string,
): Promise<Run> {
  const { exchange, pairs, start, end } = offer
  return request('/backtests', runSchema, {
    method: 'POST',
    idempotencyKey,
    body: { strategyId, version, exchange, pairs, start, end },
  })
}

export function readRun(id: string, signal?: AbortSignal): Promise<Run> {
  return request(
    `/backtests/${encodeURIComponent(id)}`,
    runSchema,
    signal === undefined ? {} : { signal },
  )
}
