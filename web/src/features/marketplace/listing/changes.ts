import { useMutation, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'

import { command, request } from '@/lib/api'

import { listingQueries } from './api'

const madeSchema = z.object({ id: z.string() })
const path = (id: string) => `/marketplace/listings/${id}`

/** What a backtest of somebody's listing is asked with; `end` is exclusive, amounts decimal texts. */
export interface TryRequest {
  exchange: string
  pairs: string[]
  start: string
  end: string
}

export async function tryListing(id: string, body: TryRequest, key: string): Promise<string> {
  const run = await request(`${path(id)}/backtests`, madeSchema, {
    method: 'POST',
    body,
    idempotencyKey: key,
  })
  return run.id
}

/** Makes a strategy of one's own of the listing's code; returns its id. */
export async function forkListing(id: string): Promise<string> {
  const made = await request(`${path(id)}/forks`, madeSchema, { method: 'POST', body: {} })
  return made.id
}

export interface PaperBotRequest {
  name: string
  venue: string
  pairs: string[]
}

export async function startPaperBot(
  id: string,
  body: PaperBotRequest,
  key: string,
): Promise<string> {
  const bot = await request(`${path(id)}/paper-bots`, madeSchema, {
    method: 'POST',
    body,
    idempotencyKey: key,
  })
  return bot.id
}

/** The provider's payment page. */
export async function checkout(id: string): Promise<string> {
  const found = await request(`${path(id)}/checkout`, z.object({ url: z.string() }), {
    method: 'POST',
    body: {},
    idempotencyKey: crypto.randomUUID(),
  })
  return found.url
}

/** A change after which everything known of the listing is asked for again. */
function useListingChange<T>(id: string, change: (wanted: T) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    // Not waited for: what is drawn anew would take away whoever has to be told.
    onSuccess: () => void client.invalidateQueries({ queryKey: listingQueries.of(id) }),
  })
}

export function useWatch(id: string) {
  return useListingChange<boolean>(id, (isWatching) =>
    command(`${path(id)}/watch`, { method: isWatching ? 'PUT' : 'DELETE' }),
  )
}

export interface ReviewBody {
  stars: number
  text: string
}

export function useReview(id: string) {
  return useListingChange<ReviewBody | null>(id, (body) =>
    body === null
      ? command(`${path(id)}/reviews/mine`, { method: 'DELETE' })
      : command(`${path(id)}/reviews/mine`, { method: 'PUT', body }),
  )
}

/** What the author says to a review, once. */
export function useAnswer(id: string, reviewId: string) {
  return useListingChange<string>(id, (text) =>
    command(`${path(id)}/reviews/${reviewId}/answer`, { method: 'POST', body: { text } }),
  )
}

export interface ReportBody {
  reason: string
  text: string
  reviewId?: string
}

export function useReport(id: string) {
  return useMutation({
    mutationFn: (body: ReportBody) => command(`${path(id)}/reports`, { method: 'POST', body }),
  })
}
