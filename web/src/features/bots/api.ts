import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'

import { z } from 'zod'

import { command, request, withQuery } from '@/lib/api'

import {
  type Alerts,
  alertsSchema,
  type Bot,
  botSchema,
  botsSchema,
  closedTradesSchema,
  commandSchema,
  commandsSchema,
  eventsSchema,
  ordersSchema,
  previewSchema,
  venuesSchema,
} from './schemas'
import type { EVENTS, Mode } from './words'

const PAGE_SIZE = 50

/** The body of `POST /bots`; amounts are decimal texts. */
export interface BotRequest {
  name: string
  mode: Mode
  strategyId: string
  version: number
  parameters?: Record<string, Record<string, unknown>>
  venue: string
  pairs: string[]
  stakeAmount: string
  maxOpenTrades: number
  wallet: string
  limits: LimitsRequest
  exchangeKeyId?: string
  sharesKey?: boolean
}

export interface LimitsRequest {
  maxDailyLoss: string | null
  maxDrawdown: number | null
  maxOpenStake: string | null
  maxOrderStake: string | null
  closeAll: boolean
}

export interface BotChange {
  name?: string
  limits?: Omit<LimitsRequest, 'maxOrderStake'>
  alerts?: readonly (typeof EVENTS)[number][]
}

export const botQueries = {
  all: () => ['bots'] as const,
  list: () =>
    queryOptions({
      queryKey: [...botQueries.all(), 'list'],
      queryFn: ({ signal }) => request('/bots', botsSchema, { signal }),
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...botQueries.all(), 'detail', id],
      queryFn: ({ signal }) => request(`/bots/${id}`, botSchema, { signal }),
    }),
  orders: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...botQueries.all(), 'orders', id],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery(`/bots/${id}/orders`, { cursor: pageParam, size: PAGE_SIZE }),
          ordersSchema,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  trades: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...botQueries.all(), 'trades', id],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery(`/bots/${id}/trades`, { cursor: pageParam, size: PAGE_SIZE }),
          closedTradesSchema,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  events: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...botQueries.all(), 'events', id],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery(`/bots/${id}/events`, { cursor: pageParam, size: PAGE_SIZE }),
          eventsSchema,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  commands: (id: string) =>
    queryOptions({
      queryKey: [...botQueries.all(), 'commands', id],
      queryFn: ({ signal }) => request(`/bots/${id}/commands`, commandsSchema, { signal }),
    }),
  venues: () =>
    queryOptions({
      queryKey: [...botQueries.all(), 'venues'],
      queryFn: ({ signal }) => request('/bots/venues', venuesSchema, { signal }),
      staleTime: 5 * 60_000,
    }),
  alerts: () =>
    queryOptions({
      queryKey: [...botQueries.all(), 'alerts'],
      queryFn: ({ signal }) => request('/bots/alerts', alertsSchema, { signal }),
    }),
  preview: (body: BotRequest) =>
    queryOptions({
      queryKey: [...botQueries.all(), 'preview', body],
      queryFn: ({ signal }) =>
        request('/bots/preview', previewSchema, { method: 'POST', body, signal }),
      retry: false,
    }),
}

export function createBot(body: BotRequest, key: string): Promise<Bot> {
  return request('/bots', botSchema, { method: 'POST', body, idempotencyKey: key })
}

function keep(client: QueryClient, bot: Bot): void {
  client.setQueryData(botQueries.detail(bot.id).queryKey, bot)
  void client.invalidateQueries({ queryKey: botQueries.list().queryKey })
  void client.invalidateQueries({ queryKey: botQueries.commands(bot.id).queryKey })
}

type Act = 'stop' | 'pause' | 'resume'

/** Pauses, resumes or stops a bot; `close` also sells what it holds. */
export function useTellBot(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ act, close = false }: { act: Act; close?: boolean }) =>
      request(`/bots/${id}/${act}`, botSchema, {
        method: 'POST',
        idempotencyKey: crypto.randomUUID(),
        ...(act === 'stop' ? { body: { close } } : {}),
      }),
    onSuccess: (bot) => keep(client, bot),
  })
}

/** Starts a bot; with real money its name must be typed. */
export function useStartBot(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (confirmName: string) =>
      request(`/bots/${id}/start`, botSchema, { method: 'POST', body: { confirmName } }),
    onSuccess: (bot) => keep(client, bot),
  })
}

/** Sells one open trade at the market, or all of them. */
export function useForceExit(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (trade: number | null) =>
      request(`/bots/${id}/force-exit`, commandSchema, {
        method: 'POST',
        idempotencyKey: crypto.randomUUID(),
        body: { trade },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: botQueries.commands(id).queryKey }),
  })
}

export function useChangeBot(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: BotChange) =>
      request(`/bots/${id}`, botSchema, { method: 'PATCH', body: change }),
    onSuccess: (bot) => keep(client, bot),
  })
}

/** Takes a pair from a bot, or gives it back. */
export function useBlacklist(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ pair, isBanned }: { pair: string; isBanned: boolean }) =>
      request(`/bots/${id}/${isBanned ? 'blacklist' : 'allow'}`, botSchema, {
        method: 'POST',
        body: { pair },
      }),
    onSuccess: (bot) => keep(client, bot),
  })
}

/** Puts another version of the strategy into a bot; with real money its name must be typed. */
export function useUpdateBot(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { version: number; confirmName: string }) =>
      request(`/bots/${id}/update`, botSchema, { method: 'POST', body }),
    onSuccess: (bot) => keep(client, bot),
  })
}

const tokenSchema = z.object({ token: z.string() })

/** Lets a bot take signals from outside; the token is shown this once. */
export function useAllowSignals(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (confirmName: string) =>
      request(`/bots/${id}/signal-token`, tokenSchema, { method: 'POST', body: { confirmName } }),
    onSuccess: () => client.invalidateQueries({ queryKey: botQueries.detail(id).queryKey }),
  })
}

export function useForbidSignals(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => request(`/bots/${id}/signal-token`, botSchema, { method: 'DELETE' }),
    onSuccess: (bot) => keep(client, bot),
  })
}

export function useDeleteBot(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => command(`/bots/${id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      client.removeQueries({ queryKey: botQueries.detail(id).queryKey })
      await client.invalidateQueries({ queryKey: botQueries.list().queryKey })
    },
  })
}

/** The kill switch. */
export function useStopAll() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (close: boolean) =>
      request('/bots/stop-all', botsSchema, {
        method: 'POST',
        idempotencyKey: crypto.randomUUID(),
        body: { close },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: botQueries.all() }),
  })
}

export interface AlertsRequest extends Omit<Alerts, 'hasWebhookSecret'> {
  /** Left out: the stored one stays. */
  webhookSecret?: string
}

export function useSetAlerts() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: AlertsRequest) =>
      request('/bots/alerts', alertsSchema, { method: 'PUT', body }),
    onSuccess: (alerts) => client.setQueryData(botQueries.alerts().queryKey, alerts),
  })
}
