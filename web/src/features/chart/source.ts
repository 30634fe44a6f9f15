import { fetchCandles, fetchIndicators, type Plot } from './api'
import { Bars } from './bars'
import { CHUNK, type Grid } from './grid'
import type { ChartRun } from './model'

/** Loads a pair's bars in fixed windows, which the browser may keep, and says when some have come. */
export class PairSource {
  private readonly levels = new Map<number, Bars>()
  private readonly listeners = new Set<() => void>()
  private cancel = new AbortController()
  private readonly columns: readonly string[]
  /** The last failure, until something is asked for again. */
  error: unknown = null

  constructor(
    private readonly run: ChartRun,
    private readonly grid: Grid,
    readonly pair: string,
    plot: Plot,
    drawn: readonly string[],
  ) {
    const known = new Set(plot.pairs.find((item) => item.pair === pair)?.columns)
    this.columns = drawn.filter((name) => known.has(name))
  }

  /** Whether some bars have come. */
  get hasAny(): boolean {
    return [...this.levels.values()].some((bars) => bars.hasReady)
  }

  level(merged: number): Bars {
    const found = this.levels.get(merged) ?? new Bars(this.grid, merged, this.columns)
    this.levels.set(merged, found)
    return found
  }

  /** Loads what is missing of the bars [from, to), the nearest to their middle first. */
  ensure(merged: number, from: number, to: number): void {
    const bars = this.level(merged)
    const first = Math.max(0, Math.floor(from / CHUNK))
    const last = Math.min(bars.chunks - 1, Math.floor((to - 1) / CHUNK))
    const middle = (first + last) / 2
    const missing = []
    for (let chunk = first; chunk <= last; chunk++) {
      if (bars.state(chunk) === 'none') missing.push(chunk)
    }
    missing.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    for (const chunk of missing) void this.load(bars, chunk)
  }

  /** Forgets failures, so that the next `ensure` tries again. */
  retry(): void {
    this.error = null
    this.remark('failed')
    this.tell()
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Ends what is under way; asking again begins anew. */
  close(): void {
    this.cancel.abort()
    this.cancel = new AbortController()
    this.remark('loading')
  }

  private async load(bars: Bars, chunk: number): Promise<void> {
    bars.mark(chunk, 'loading')
    const window = { pair: this.pair, merged: bars.merged, ...bars.span(chunk) }
    const { signal } = this.cancel
    try {
      const [candles, indicators] = await Promise.all([
        fetchCandles(this.run, window, signal),
        fetchIndicators(this.run, window, this.columns, signal),
      ])
      bars.putCandles(candles)
      if (indicators !== null) bars.putIndicators(indicators)
      bars.mark(chunk, 'ready')
    } catch (error) {
      if (signal.aborted) return
      bars.mark(chunk, 'failed')
      this.error = error
    }
    this.tell()
  }

  private remark(state: 'loading' | 'failed'): void {
    for (const bars of this.levels.values()) {
      for (let chunk = 0; chunk < bars.chunks; chunk++) {
        if (bars.state(chunk) === state) bars.mark(chunk, 'none')
      }
    }
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
