import type { Candles, Indicators } from './api'
import { CHUNK, type Grid } from './grid'

type State = 'none' | 'loading' | 'ready' | 'failed'

/** One bar's figures. */
export interface Bar {
  open: number
  high: number
  low: number
  close: number
  volume: number
}

/**
 * A pair's bars at one level, in typed arrays over the whole run. NaN where nothing is known (yet).
 *
 * Bar b holds the candles [b · merged, (b + 1) · merged).
 */
export class Bars {
  readonly count: number
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  readonly columns: ReadonlyMap<string, Float32Array>
  private readonly states: State[]

  /** The step in which the pair's prices move, as far as the windows that have come tell it. */
  tickSize: number | null = null

  constructor(
    readonly grid: Grid,
    readonly merged: number,
    names: readonly string[],
  ) {
    this.count = Math.ceil(grid.count / merged)
    const blank = () => new Float64Array(this.count).fill(Number.NaN)
    this.open = blank()
    this.high = blank()
    this.low = blank()
    this.close = blank()
    this.volume = blank()
    this.columns = new Map(
      names.map((name) => [name, new Float32Array(this.count).fill(Number.NaN)]),
    )
    this.states = Array.from({ length: Math.ceil(this.count / CHUNK) }, () => 'none')
  }

  /** Milliseconds that a bar lasts. */
  get step(): number {
    return this.grid.step * this.merged
  }

  timeOf(bar: number): number {
    return this.grid.origin + bar * this.step
  }

  get hasReady(): boolean {
    return this.states.includes('ready')
  }

  get chunks(): number {
    return this.states.length
  }

  state(chunk: number): State {
    return this.states[chunk] ?? 'ready'
  }

  /** Whether nothing of the bars [from, to) is still to come. */
  isSettled(from: number, to: number): boolean {
    const last = Math.min(this.chunks, Math.ceil(to / CHUNK))
    for (let chunk = Math.max(0, Math.floor(from / CHUNK)); chunk < last; chunk++) {
      if (this.state(chunk) === 'none' || this.state(chunk) === 'loading') return false
    }
    return true
  }

  mark(chunk: number, state: State): void {
    this.states[chunk] = state
  }

  /** The window of a chunk in milliseconds. */
  span(chunk: number): { start: number; end: number } {
    return { start: this.timeOf(chunk * CHUNK), end: this.timeOf((chunk + 1) * CHUNK) }
  }

  /** The bar's figures; null while they are not loaded, and where a candle is missing. */
  bar(index: number): Bar | null {
    const open = this.open[index]
    if (open === undefined || Number.isNaN(open)) return null
    return {
      open,
      high: this.high[index] ?? Number.NaN,
      low: this.low[index] ?? Number.NaN,
      close: this.close[index] ?? Number.NaN,
      volume: this.volume[index] ?? Number.NaN,
    }
  }

  putCandles(candles: Candles): void {
    // Of several windows the finest: no price then loses a digit.
    this.tickSize = Math.min(candles.tickSize ?? Infinity, this.tickSize ?? Infinity)
    if (this.tickSize === Infinity) this.tickSize = null
    candles.date.forEach((time, row) => {
      const at = Math.floor((time - this.grid.origin) / this.step)
      if (at < 0 || at >= this.count) return
      for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
        this[name][at] = candles[name][row] ?? Number.NaN
      }
    })
  }

  putIndicators(found: Indicators): void {
    const first = Math.floor((found.start - this.grid.origin) / this.step)
    for (const [name, values] of Object.entries(found.columns)) {
      const column = this.columns.get(name)
      values.forEach((value, row) => {
        const at = first + row
        if (column !== undefined && at >= 0 && at < this.count) column[at] = value ?? Number.NaN
      })
    }
  }
}

/** Bars whose opens and closes are averaged, so that a trend shows as one colour. */
export function heikinAshi(bars: Bars, from: number, to: number): (index: number) => Bar | null {
  // The average forgets its beginning within a few bars.
  const begin = Math.max(0, from - 50)
  const opens = new Float64Array(Math.max(0, to - begin))
  const closes = new Float64Array(opens.length)
  let last: { open: number; close: number } | null = null
  for (let index = begin; index < to; index++) {
    const bar = bars.bar(index)
    if (bar === null) {
      opens[index - begin] = Number.NaN
      continue
    }
    const close = (bar.open + bar.high + bar.low + bar.close) / 4
    const open: number = ((last?.open ?? bar.open) + (last?.close ?? bar.close)) / 2
    opens[index - begin] = open
    closes[index - begin] = close
    last = { open, close }
  }
  return (index) => {
    const bar = bars.bar(index)
    const open = opens[index - begin]
    const close = closes[index - begin]
    if (bar === null || open === undefined || close === undefined) return null
    const { high, low, volume } = bar
    return {
      open,
      close,
      volume,
      high: Math.max(high, open, close),
      low: Math.min(low, open, close),
    }
  }
}
