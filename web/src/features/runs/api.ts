import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'

import { command, request, requestText, withQuery } from '@/lib/api'

import {
  downloadsSchema,
  equitySchema,
  type Run,
  type RunState,
  runSchema,
  runsSchema,
  summarySchema,
  tradesSchema,
} from './schemas'

export interface RunFilter {
  state?: RunState | undefined
  strategyId?: string | undefined
  exchange?: string | undefined
}

/** A stretch of the equity curve: milliseconds UTC, `until` exclusive. */
export interface Stretch {
  start: number
  until: number
}

/** More points than any screen has pixels across the chart. */
const POINTS = 2_000
const PAGE_SIZE = 25

// A verified result never changes.
export const FOREVER = { staleTime: Number.POSITIVE_INFINITY } as const

export function isSettled(run: Pick<Run, 'state'>): boolean {
  return run.state === 'succeeded' || run.state === 'failed' || run.state === 'cancelled'
}

export const runQueries = {
  all: () => ['runs'] as const,
  lists: () => [...runQueries.all(), 'list'] as const,
  list: (filter: RunFilter = {}) =>
    infiniteQueryOptions({
      queryKey: [...runQueries.lists(), filter],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery('/backtests', { ...filter, cursor: pageParam, size: PAGE_SIZE }),
          runsSchema,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...runQueries.all(), 'detail', id],
      queryFn: ({ signal }) => request(`/backtests/${id}`, runSchema, { signal }),
    }),
  summary: (id: string) =>
    queryOptions({
      queryKey: [...runQueries.all(), 'summary', id],
      queryFn: ({ signal }) => request(`/backtests/${id}/summary`, summarySchema, { signal }),
      ...FOREVER,
    }),
  trades: (id: string) =>
    queryOptions({
      queryKey: [...runQueries.all(), 'trades', id],
      queryFn: async ({ signal }) =>
        (await request(`/backtests/${id}/trades`, tradesSchema, { signal })).trades,
      ...FOREVER,
    }),
  /** The equity curve, or a stretch of it, in as many points as a chart can show. */
  equity: (id: string, stretch?: Stretch) =>
    queryOptions({
      queryKey: [...runQueries.all(), 'equity', id, stretch ?? 'whole'],
      queryFn: ({ signal }) =>
        request(
          withQuery(`/backtests/${id}/equity`, {
            points: POINTS,
            start: stretch && new Date(stretch.start).toISOString(),
            end: stretch && new Date(stretch.until).toISOString(),
          }),
          equitySchema,
          { signal },
        ),
      ...FOREVER,
    }),
  log: (id: string) =>
    queryOptions({
      queryKey: [...runQueries.all(), 'log', id],
      queryFn: ({ signal }) => requestText(`/backtests/${id}/log`, { signal }),
    }),
}

/** Signed addresses of a run's files, which end after a quarter of an hour: ask when one is wanted. */
export async function fetchDownload(id: string, name: string): Promise<string> {
  const { items } = await request(`/backtests/${id}/downloads`, downloadsSchema)
  const found = items.find((item) => item.name === name)
  if (found === undefined) throw new Error(`This run has no ${name}.`)
  return found.url
}

function keep(client: QueryClient, run: Run): void {
  client.setQueryData(runQueries.detail(run.id).queryKey, run)
  void client.invalidateQueries({ queryKey: runQueries.lists() })
}

export function useCancelRun(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => request(`/backtests/${id}/cancel`, runSchema, { method: 'POST' }),
    onSuccess: (run) => keep(client, run),
  })
}

export function useWriteNotes(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (notes: string) =>
      request(`/backtests/${id}`, runSchema, { method: 'PATCH', body: { notes } }),
    onSuccess: (run) => keep(client, run),
  })
}

export function useDeleteRun(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => command(`/backtests/${id}`, { method: 'DELETE' }),
    onSuccess: async () => {
      client.removeQueries({ queryKey: runQueries.detail(id).queryKey })
      await client.invalidateQueries({ queryKey: runQueries.lists() })
    },
  })
}
