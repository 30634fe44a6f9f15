import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import { request, withQuery } from '@/lib/api'
import type { ApiView, Fits } from '@/lib/generated'

import { type ChartRun, timeframeMs } from './model'

const styleSchema = z.object({
  color: z.string().nullable(),
  type: z.enum(['line', 'bar', 'scatter']),
  fillTo: z.string().nullable(),
  fillLabel: z.string().nullable(),
  fillColor: z.string().nullable(),
})
const linesSchema = z.record(z.string(), styleSchema)

export const plotSchema = z.object({
  plotConfig: z.object({
    mainPlot: linesSchema,
    subplots: z.record(z.string(), linesSchema),
  }),
  isDefault: z.boolean(),
  step: z.number(),
  pairs: z.array(
    z.object({
      pair: z.string(),
      start: z.number(),
      rows: z.number(),
      columns: z.array(z.string()),
    }),
  ),
  leftOut: z.array(z.string()),
})
export type Plot = z.infer<typeof plotSchema>
export type LineStyle = z.infer<typeof styleSchema>

const valuesSchema = z.array(z.number())

export const candlesSchema = z.object({
  candleSeconds: z.number(),
  // Answers that the browser has kept for a day may be older than this.
  tickSize: z.number().nullable().default(null),
  date: valuesSchema,
  open: valuesSchema,
  high: valuesSchema,
  low: valuesSchema,
  close: valuesSchema,
  volume: valuesSchema,
})
export type Candles = z.infer<typeof candlesSchema>

export const indicatorsSchema = z.object({
  start: z.number(),
  step: z.number(),
  columns: z.record(z.string(), z.array(z.number().nullable())),
})
export type Indicators = z.infer<typeof indicatorsSchema>

export type PlotIsCurrent = Fits<z.input<typeof plotSchema>, ApiView<'PlotView'>>
export type CandlesAreCurrent = Fits<z.input<typeof candlesSchema>, ApiView<'CandlesView'>>
export type IndicatorsAreCurrent = Fits<z.input<typeof indicatorsSchema>, ApiView<'IndicatorsView'>>

export const plotQueries = {
  plot: (runId: string) =>
    queryOptions({
      queryKey: ['runs', runId, 'plot'],
      queryFn: ({ signal }) => request(`/backtests/${runId}/plot`, plotSchema, { signal }),
      staleTime: Infinity,
    }),
}

/** A window of merged candles: `merged` of them are one bar. Times in milliseconds UTC. */
export interface Window {
  pair: string
  start: number
  end: number
  merged: number
}

/** Loads candles at the run's own revision, so that they are those that the strategy saw. */
export function fetchCandles(run: ChartRun, window: Window, signal: AbortSignal): Promise<Candles> {
  const step = (window.end - window.start) / window.merged
  const path = withQuery(`/market-data/exchanges/${run.exchange}/candles`, {
    pair: window.pair,
    timeframe: run.timeframe,
    start: new Date(window.start).toISOString(),
    end: new Date(window.end).toISOString(),
    candleType: run.isFutures ? 'futures' : null,
    revision: run.candleRevision,
    maxCandles: maxCandles(step, run),
  })
  return request(path, candlesSchema, { signal })
}

export async function fetchIndicators(
  run: ChartRun,
  window: Window,
  columns: readonly string[],
  signal: AbortSignal,
): Promise<Indicators | null> {
  if (columns.length === 0) return null
  const path = withQuery(`/backtests/${run.id}/indicators`, {
    pair: window.pair,
    start: new Date(window.start).toISOString(),
    end: new Date(window.end).toISOString(),
    merged: window.merged,
  })
  const named = columns.map((name) => `&columns=${encodeURIComponent(name)}`).join('')
  return request(path + named, indicatorsSchema, { signal })
}

// The server merges by the smallest whole factor that fits; one bar more touches the window's edge.
function maxCandles(span: number, run: ChartRun): number {
  return Math.round(span / timeframeMs(run.timeframe)) + 2
}
