import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'

import { useIsDark } from '@/lib/theme'

import type { Plot } from './api'
import { ChartController, type ChartEvents } from './controller'
import type { Grid } from './grid'
import type { ChartRun } from './model'
import { readPalette } from './palette'
import { columnsOf, panesOf } from './plot-lines'
import { PairSource } from './source'

const SOURCES_KEPT = 8

/** Makes a controller for an element and keeps it while the run is shown. */
export function useController(grid: Grid, events: ChartEvents) {
  const ref = useRef<HTMLDivElement>(null)
  const [controller, setController] = useState<ChartController | null>(null)
  const latest = useRef(events)
  useEffect(() => {
    latest.current = events
  })
  useEffect(() => {
    if (ref.current === null) return
    const made = new ChartController(ref.current, grid, readPalette(), {
      onCursor: (cursor) => latest.current.onCursor(cursor),
      onView: (view) => latest.current.onView(view),
      onMeasure: (measure) => latest.current.onMeasure(measure),
      onTrade: (shape) => latest.current.onTrade(shape),
    })
    setController(made)
    return () => {
      setController(null)
      made.close()
    }
  }, [grid])
  useTheme(controller)
  return { ref: ref as RefObject<HTMLDivElement>, controller }
}

function useTheme(controller: ChartController | null): void {
  const isDark = useIsDark()
  useEffect(() => {
    controller?.setPalette(readPalette())
  }, [controller, isDark])
}

/** A pair's source; the last few stay, so that going back to a pair loads nothing. */
export function useSource(run: ChartRun, grid: Grid, plot: Plot, pair: string): PairSource {
  const sources = useMemo(() => new SourceShelf(run, grid, plot), [run, grid, plot])
  useEffect(() => () => sources.close(), [sources])
  return sources.of(pair)
}

class SourceShelf {
  private readonly kept = new Map<string, PairSource>()
  private readonly columns: readonly string[]

  constructor(
    private readonly run: ChartRun,
    private readonly grid: Grid,
    private readonly plot: Plot,
  ) {
    this.columns = columnsOf(panesOf(plot))
  }

  of(pair: string): PairSource {
    const found =
      this.kept.get(pair) ?? new PairSource(this.run, this.grid, pair, this.plot, this.columns)
    this.kept.delete(pair)
    this.kept.set(pair, found)
    for (const [name, source] of this.kept) {
      if (this.kept.size <= SOURCES_KEPT) break
      source.close()
      this.kept.delete(name)
    }
    return found
  }

  close(): void {
    for (const source of this.kept.values()) source.close()
    this.kept.clear()
  }
}
