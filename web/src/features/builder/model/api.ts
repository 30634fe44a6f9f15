import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import { type Spec, specSchema } from './spec'

const checkSchema = z.object({
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
  sentence: z.string().nullable(),
  startupCandles: z.number().nullable(),
})
export type SpecCheck = z.infer<typeof checkSchema>
export type SpecProblem = SpecCheck['problems'][number]

const compiledSchema = z.object({
  spec: specSchema,
  code: z.string(),
  sentence: z.string(),
  startupCandles: z.number(),
})
export type Compiled = z.infer<typeof compiledSchema>

const entrySchema = z.object({
  name: z.string(),
  title: z.string(),
  meaning: z.string(),
  group: z.enum(['trend', 'momentum', 'volatility', 'volume', 'statistics', 'pattern']),
  settings: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      default: z.number(),
      low: z.number(),
      high: z.number(),
      isWhole: z.boolean(),
    }),
  ),
  outputs: z.array(
    z.object({ name: z.string(), title: z.string(), pane: z.enum(['price', 'own']) }),
  ),
  inputs: z.array(z.string()),
  hasSource: z.boolean(),
  warmUp: z.number(),
})
export type RegistryEntry = z.infer<typeof entrySchema>
export type Setting = RegistryEntry['settings'][number]
const registrySchema = z.object({ items: z.array(entrySchema) })

const examplesSchema = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      timeframe: z.string(),
      sentence: z.string(),
      spec: specSchema,
    }),
  ),
})
export type Example = z.infer<typeof examplesSchema>['items'][number]

export type Checks = [
  Fits<z.input<typeof checkSchema>, ApiView<'SpecCheckView'>>,
  Fits<Omit<z.input<typeof compiledSchema>, 'spec'>, ApiView<'CompiledView'>>,
  Fits<z.input<typeof registrySchema>, ApiView<'RegistryView'>>,
  Fits<
    Omit<z.input<typeof examplesSchema>['items'][number], 'spec'>,
    ApiView<'ExamplesView'>['items'][number]
  >,
]

/** The server's side of blocks; it alone knows how specs and code go together. */
export interface SpecServer {
  parse(code: string, signal: AbortSignal): Promise<Compiled>
  check(spec: Spec, signal: AbortSignal): Promise<SpecCheck>
  compile(spec: Spec, signal: AbortSignal): Promise<Compiled>
}

export const specServer: SpecServer = {
  parse: (code, signal) =>
    request('/specs/parse', compiledSchema, { method: 'POST', body: { code }, signal }),
  check: (spec, signal) =>
    request('/specs/check', checkSchema, { method: 'POST', body: { spec }, signal }),
  compile: (spec, signal) =>
    request('/specs/compile', compiledSchema, { method: 'POST', body: { spec }, signal }),
}

export const specQueries = {
  registry: () =>
    queryOptions({
      queryKey: ['specs', 'registry'],
      queryFn: async ({ signal }) =>
        (await request('/indicators', registrySchema, { signal })).items,
      staleTime: Infinity,
    }),
  examples: () =>
    queryOptions({
      queryKey: ['specs', 'examples'],
      queryFn: async ({ signal }) =>
        (await request('/specs/examples', examplesSchema, { signal })).items,
      staleTime: Infinity,
    }),
}
