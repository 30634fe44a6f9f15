import { type KeyboardEvent, useState } from 'react'

import type { ChartPlace } from './candle-chart'
import type { ChartController } from './controller'
import type { CursorStore } from './cursor-store'
import { candleAt, type Grid, panView, viewAround } from './grid'
import type { ChartRun } from './model'
import type { ChartActions } from './toolbar'
import type { TradeShape } from './trade-shapes'

interface Parts {
  run: ChartRun
  grid: Grid
  controller: ChartController | null
  store: CursorStore
  shapes: readonly TradeShape[]
  selected: TradeShape | null
  pair: string
  onPlace: (change: ChartPlace) => void
}

/** What buttons and keys do. */
export function useChartActions(parts: Parts) {
  const { grid, controller, store, shapes, selected, pair, onPlace } = parts
  const [isMeasuring, setMeasuring] = useState(false)
  const [isHeikinAshi, setHeikinAshi] = useState(false)
  const at = selected === null ? -1 : shapes.indexOf(selected)
  const actions: ChartActions = {
    zoom: (factor) => controller?.zoom(factor),
    nextTrade: (direction) => {
      const next = shapes[at === -1 && direction === -1 ? shapes.length - 1 : at + direction]
      if (next !== undefined) onPlace({ trade: next.trade.number, pair })
    },
    toggleMeasure: () => {
      if (controller === null) return
      controller.isMeasuring = !isMeasuring
      setMeasuring(!isMeasuring)
      controller.setMeasure(isMeasuring ? null : pointUnder(store))
    },
    toggleHeikinAshi: () => {
      controller?.setHeikinAshi(!isHeikinAshi)
      setHeikinAshi(!isHeikinAshi)
    },
    jump: (time) => {
      onPlace({ trade: undefined })
      const width = controller === null ? 0 : controller.shown.to - controller.shown.from
      controller?.show(viewAround(grid, candleAt(grid, time), width))
    },
  }
  const clear = () => {
    if (isMeasuring) actions.toggleMeasure()
    else if (selected !== null) onPlace({ trade: undefined })
    else controller?.setMeasure(null)
  }
  return {
    actions,
    isMeasuring,
    isHeikinAshi,
    position: at === -1 ? `${shapes.length} trades` : `${at + 1} of ${shapes.length}`,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const did = press(event.key, event.shiftKey, { ...parts, actions, isMeasuring, clear })
      if (did) event.preventDefault()
    },
  }
}

interface Pressed extends Parts {
  actions: ChartActions
  isMeasuring: boolean
  clear: () => void
}

function press(key: string, isFar: boolean, parts: Pressed): boolean {
  const { actions } = parts
  const keys: Record<string, () => void> = {
    ArrowLeft: () => step(parts, isFar ? -10 : -1),
    ArrowRight: () => step(parts, isFar ? 10 : 1),
    '+': () => actions.zoom(0.6),
    '=': () => actions.zoom(0.6),
    '-': () => actions.zoom(1.7),
    n: () => actions.nextTrade(1),
    p: () => actions.nextTrade(-1),
    '[': () => nextPair(parts, -1),
    ']': () => nextPair(parts, 1),
    m: actions.toggleMeasure,
    h: actions.toggleHeikinAshi,
    Escape: parts.clear,
    Home: () => parts.controller?.show(viewAround(parts.grid, parts.grid.first, widthOf(parts))),
    End: () => parts.controller?.show(viewAround(parts.grid, parts.grid.count, widthOf(parts))),
  }
  const found = keys[key] ?? keys[key.toLowerCase()]
  found?.()
  return found !== undefined
}

/** Moves the cursor by bars; the view follows when it leaves, and the measure's end goes along. */
function step({ controller, store, grid, isMeasuring }: Pressed, bars: number): void {
  if (controller === null) return
  const { from, to } = controller.shown
  const cursor = store.get()
  const merged = cursor?.bars.merged ?? 1
  const last = cursor === null ? Math.round((from + to) / 2) : cursor.index * merged
  const candle = Math.min(Math.max(last + bars * merged, grid.first), grid.count - 1)
  if (candle < from || candle >= to) controller.show(panView(grid, controller.shown, candle - last))
  controller.pointAt(candle)
  if (isMeasuring) controller.extendMeasure(candle)
}

function nextPair({ run, pair, onPlace }: Pressed, direction: 1 | -1): void {
  const count = run.pairs.length
  const next = run.pairs[(run.pairs.indexOf(pair) + direction + count) % count]
  if (next !== undefined) onPlace({ pair: next, trade: undefined })
}

function widthOf({ controller }: Pressed): number {
  return controller === null ? 0 : controller.shown.to - controller.shown.from
}

/** A measure that begins and ends at the cursor's close; null without a cursor. */
function pointUnder(store: CursorStore) {
  const cursor = store.get()
  const price = cursor?.bars.bar(cursor.index)?.close
  if (cursor === null || price === undefined) return null
  const point = { candle: cursor.index * cursor.bars.merged + 0.5, price }
  return { from: point, to: point }
}

function isTyping(target: EventTarget): boolean {
  return (
    target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select')
  )
}
