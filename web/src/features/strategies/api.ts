import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import type { components } from '@/generated/api'
import { command, request, withQuery } from '@/lib/api'

type Views = components['schemas']

const strategySchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  archivedAt: z.string().nullable(),
  latestVersion: z.number(),
  /** The version of a listing that it was forked from. */
  forkedFrom: z.object({ listingId: z.string(), version: z.number() }).nullable(),
}) satisfies z.ZodType<Views['StrategyView']>
export type Strategy = z.infer<typeof strategySchema>

const strategiesSchema = z.object({
  items: z.array(strategySchema),
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<Views['StrategiesView']>

/** What the server's static checks say. Lines count from 1, columns from 0. */
const findingSchema = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning']),
  line: z.number(),
  column: z.number(),
  message: z.string(),
  advice: z.string(),
}) satisfies z.ZodType<Views['FindingView']>

/** A value that a Freqtrade parameter file can hold. */
const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type Scalar = z.infer<typeof scalarSchema>

const parameterSchema = z.object({
  name: z.string(),
  kind: z.enum(['int', 'decimal', 'real', 'categorical', 'boolean']),
  space: z.string().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  default: scalarSchema,
  decimals: z.number().nullable(),
  options: z.array(scalarSchema),
  optimize: z.boolean(),
  load: z.boolean(),
  line: z.number(),
}) satisfies z.ZodType<Views['ParameterView']>
export type Parameter = z.infer<typeof parameterSchema>

const checkSchema = z.object({
  isRunnable: z.boolean(),
  className: z.string().nullable(),
  timeframe: z.string().nullable(),
  startupCandleCount: z.number().nullable(),
  canShort: z.boolean(),
  parameters: z.array(parameterSchema),
  findings: z.array(findingSchema),
}) satisfies z.ZodType<Views['CheckView']>
export type Check = z.infer<typeof checkSchema>

const valuesSchema = z.record(z.string(), z.record(z.string(), scalarSchema))
/** Space, then name, then value: as in Freqtrade's parameter file. */
export type Values = z.infer<typeof valuesSchema>

const versionSchema = z.object({
  strategyId: z.string(),
  number: z.number(),
  codeHash: z.string(),
  codeBytes: z.number(),
  code: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()).nullable(),
  note: z.string(),
  check: checkSchema,
  createdAt: z.string(),
}) satisfies z.ZodType<Views['VersionView']>
export type Version = z.infer<typeof versionSchema>

const versionsSchema = z.object({
  items: z.array(versionSchema),
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<Views['VersionsView']>

const draftSchema = z.object({
  code: z.string().nullable(),
  baseVersion: z.number().nullable(),
  revision: z.number(),
  savedAt: z.string().nullable(),
}) satisfies z.ZodType<Views['DraftView']>
export type Draft = z.infer<typeof draftSchema>

const parameterSetSchema = z.object({
  id: z.string(),
  strategyId: z.string(),
  version: z.number(),
  name: z.string(),
  parameters: valuesSchema,
  createdAt: z.string(),
}) satisfies z.ZodType<Views['ParameterSetView']>
export type ParameterSet = z.infer<typeof parameterSetSchema>

/** The little that strategies' pages show of a run; the run's own pages know the rest. */
const runSchema = z.object({
  id: z.string(),
  state: z.string(),
  createdAt: z.string(),
  strategy: z.object({ id: z.string(), version: z.number() }),
  spec: z.object({
    exchange: z.string(),
    pairs: z.array(z.string()),
    timeframe: z.string(),
    wallet: z.string(),
  }),
  headline: z.object({ final_balance: z.number() }).nullable(),
})
export type StrategyRun = z.infer<typeof runSchema>
const runsSchema = z.object({ items: z.array(runSchema), nextCursor: z.string().nullable() })

const path = (id: string) => `/strategies/${encodeURIComponent(id)}`
const setsPath = (id: string, version: number) => `${path(id)}/versions/${version}/parameter-sets`

/** Every key starts with "strategies", so that one call invalidates them all. */
export const strategyQueries = {
  list: (archived: boolean) =>
    infiniteQueryOptions({
      queryKey: ['strategies', 'list', { archived }],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery('/strategies', { archived, size: 100, cursor: pageParam }),
          strategiesSchema,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['strategies', 'one', id],
      queryFn: ({ signal }) => request(path(id), strategySchema, { signal }),
    }),
  versions: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['strategies', 'versions', id],
      queryFn: ({ pageParam, signal }) =>
        request(
          withQuery(`${path(id)}/versions`, { size: 100, cursor: pageParam }),
          versionsSchema,
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
  /** A version with its code; it never changes. */
  version: (id: string, number: number) =>
    queryOptions({
      queryKey: ['strategies', 'version', id, number],
      queryFn: ({ signal }) => request(`${path(id)}/versions/${number}`, versionSchema, { signal }),
      staleTime: Infinity,
    }),
  parameterSets: (id: string, version: number) =>
    queryOptions({
      queryKey: ['strategies', 'parameterSets', id, version],
      queryFn: async ({ signal }) =>
        (
          await request(setsPath(id, version), z.object({ items: z.array(parameterSetSchema) }), {
            signal,
          })
        ).items,
    }),
  /** The newest runs, of one strategy or of all. */
  runs: (strategyId: string | null) =>
    queryOptions({
      queryKey: ['strategies', 'runs', strategyId],
      queryFn: async ({ signal }) =>
        (await request(withQuery('/backtests', { strategyId, size: 100 }), runsSchema, { signal }))
          .items,
    }),
  check: (code: string) =>
    queryOptions({
      queryKey: ['strategies', 'check', code],
      queryFn: ({ signal }) => checkCode(code, signal),
      staleTime: Infinity,
      gcTime: 60_000,
    }),
}

/** Runs the server's static checks over code that is not saved. */
export function checkCode(code: string, signal?: AbortSignal): Promise<Check> {
  return request('/strategy-checks', checkSchema, {
    method: 'POST',
    body: { code },
    ...(signal === undefined ? {} : { signal }),
  })
}

export function createStrategy(name: string): Promise<Strategy> {
  return request('/strategies', strategySchema, { method: 'POST', body: { name } })
}

/** The code of a strategy with nothing in it, to be built from blocks. */
export async function emptyBlocks(className: string): Promise<string> {
  const body = { spec: { version: 1, name: className, timeframe: '1h' } }
  return (await request('/specs/compile', z.object({ code: z.string() }), { method: 'POST', body }))
    .code
}

export function changeStrategy(
  id: string,
  change: { name?: string; isArchived?: boolean },
): Promise<Strategy> {
  return request(path(id), strategySchema, { method: 'PATCH', body: change })
}

export function saveVersion(
  id: string,
  body: { code: string; note: string; parameters?: Version['parameters'] },
): Promise<Version> {
  return request(`${path(id)}/versions`, versionSchema, { method: 'POST', body })
}

export function readDraft(id: string): Promise<Draft> {
  return request(`${path(id)}/draft`, draftSchema)
}

/** Writes over the draft of revision `revision`; the API answers 409 when there is a newer one. */
export function writeDraft(
  id: string,
  body: { code: string; baseVersion: number | null; revision: number },
): Promise<Draft> {
  return request(`${path(id)}/draft`, draftSchema, { method: 'PUT', body })
}

export function deleteDraft(id: string, revision: number): Promise<void> {
  return command(withQuery(`${path(id)}/draft`, { revision }), { method: 'DELETE' })
}

export function createParameterSet(
  id: string,
  version: number,
  body: { name: string; parameters: Values },
): Promise<ParameterSet> {
  return request(setsPath(id, version), parameterSetSchema, { method: 'POST', body })
}

export function deleteParameterSet(set: ParameterSet): Promise<void> {
  return command(`${setsPath(set.strategyId, set.version)}/${encodeURIComponent(set.id)}`, {
    method: 'DELETE',
  })
}
