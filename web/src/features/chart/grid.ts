import { type ChartRun, timeframeMs } from './model'

/** Bars that are loaded and handed to the chart together. */
export const CHUNK = 1024
/** More bars than this are never drawn at once: a coarser level takes over. */
const MOST_BARS = 800
/** Candles in one bar, from fine to coarse. */
const LEVELS = [1, 4, 16, 64, 256, 1024] as const

const DAY = 86_400_000
/** Weeks begin on Mondays, and 1970 on a Thursday. */
const WEEK = 7 * DAY
const FIRST_MONDAY = 4 * DAY

/** Where a run's candles lie: candle n opens at `origin + n · step`. */
export interface Grid {
  origin: number
  step: number
  /** Candles from `origin` to the run's end. */
  count: number
  /** The run's first candle; some may lie before it, so that coarse bars are whole. */
  first: number
}

/** A part of the time axis in candles, with fractions: candle n lies in [n, n + 1). */
export interface View {
  from: number
  to: number
}

export function gridOf(run: Pick<ChartRun, 'timeframe' | 'start' | 'end'>): Grid {
  const step = timeframeMs(run.timeframe)
  const coarsest = step * levelFor((run.end - run.start) / step)
  const monday = step % WEEK === 0 ? FIRST_MONDAY : 0
  const origin = Math.floor((run.start - monday) / coarsest) * coarsest + monday
  return {
    origin,
    step,
    count: Math.max(1, Math.ceil((run.end - origin) / step)),
    first: Math.round((run.start - origin) / step),
  }
}

/** How many candles a bar holds when so many candles are in view. */
export function levelFor(candles: number): number {
  return LEVELS.find((merged) => candles / merged <= MOST_BARS) ?? 1024
}

/** The candle that holds a time. */
export function candleAt(grid: Grid, time: number): number {
  return Math.floor((time - grid.origin) / grid.step)
}

export function timeOf(grid: Grid, candle: number): number {
  return grid.origin + candle * grid.step
}

const FEWEST_CANDLES = 12

/** Keeps a view on the run: at most a tenth of it is empty, and never fewer than 12 candles. */
export function clampView(grid: Grid, view: View): View {
  const run = grid.count - grid.first
  const width = Math.min(Math.max(view.to - view.from, FEWEST_CANDLES), Math.max(run * 1.1, 40))
  const edge = width * 0.1
  const centre = (view.from + view.to) / 2
  const from = Math.min(
    Math.max(centre - width / 2, grid.first - edge),
    Math.max(grid.count + edge - width, grid.first - edge),
  )
  return { from, to: from + width }
}

/** Zooms around a candle: `factor` below 1 shows fewer candles. */
export function zoomView(grid: Grid, view: View, factor: number, around: number): View {
  return clampView(grid, {
    from: around - (around - view.from) * factor,
    to: around + (view.to - around) * factor,
  })
}

export function panView(grid: Grid, view: View, candles: number): View {
  return clampView(grid, { from: view.from + candles, to: view.to + candles })
}

/** A view of so many candles in the middle of which a candle lies. */
export function viewAround(grid: Grid, candle: number, width: number): View {
  return clampView(grid, { from: candle + 0.5 - width / 2, to: candle + 0.5 + width / 2 })
}
