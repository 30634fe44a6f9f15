import { useEffect, useMemo, useRef, useState } from 'react'

import type { Plot } from './api'
import type { ChartPlace } from './candle-chart'
import type { ChartController } from './controller'
import { candleAt, type Grid, timeOf, type View, viewAround } from './grid'
import { PANES_SHOWN, panesOf } from './plot-lines'
import type { TradeShape } from './trade-shapes'

/** Which panes are shown, and a way to show others. */
export function useShownPanes(plot: Plot) {
  const all = useMemo(() => panesOf(plot), [plot])
  const [titles, setTitles] = useState<ReadonlySet<string>>(
    () => new Set(all.flatMap(({ title }) => title ?? []).slice(0, PANES_SHOWN)),
  )
  const shown = useMemo(
    () => all.filter(({ title }) => title === null || titles.has(title)),
    [all, titles],
  )
  const toggle = (title: string) => {
    const next = new Set(titles)
    if (!next.delete(title)) next.add(title)
    setTitles(next)
  }
  return { all, shown, titles, toggle }
}

interface Jumps {
  controller: ChartController | null
  grid: Grid
  place: ChartPlace
  selected: TradeShape | null
  view: View | null
  onPlace: (change: ChartPlace) => void
}

const WIDTH = 160

/** Goes to the trade or the time that the address names, and writes where the view came to rest. */
export function useJumps({ controller, grid, place, selected, view, onPlace }: Jumps): void {
  const written = useRef<number | undefined>(undefined)
  const { at } = place
  useEffect(() => {
    if (controller === null || selected !== null || at === undefined) return
    if (at === written.current) return
    controller.show(viewAround(grid, candleAt(grid, at), widthOf(controller, grid)))
  }, [controller, grid, at, selected])
  useEffect(() => {
    if (controller === null || selected === null) return
    const length = selected.exit - selected.entry
    const width = Math.max(length * 3, Math.min(widthOf(controller, grid), 400))
    controller.show(viewAround(grid, selected.entry + length / 2, width))
  }, [controller, grid, selected])
  useEffect(() => {
    if (view === null) return
    const middle = Math.round(timeOf(grid, Math.round((view.from + view.to) / 2)))
    if (middle === written.current) return
    written.current = middle
    onPlace({ at: middle })
    // Writing the address follows the view, not the other way round.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [view])
}

function widthOf(controller: ChartController, grid: Grid): number {
  const { from, to } = controller.shown
  return Math.min(to - from || WIDTH, grid.count)
}
