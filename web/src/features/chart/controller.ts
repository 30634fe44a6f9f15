import {
  CandlestickSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  type Time,
} from 'lightweight-charts'

import type { Bars } from './bars'
import { candleColoursOf, coloursOf, FIXED_OPTIONS } from './chart-options'
import { followGestures } from './gestures'
import { clampView, type Grid, levelFor, panView, type View, zoomView } from './grid'
import type { Measure } from './measure'
import { Overlay } from './overlay'
import type { Palette } from './palette'
import { PlotSeries } from './plot-series'
import type { PlotPane } from './plot-lines'
import { giveCandles, secondsOf } from './series-data'
import type { PairSource } from './source'
import type { TradeLines, TradeShape } from './trade-shapes'

/** Bars beside the view that the library knows too, as a share of those in it, and at least. */
const MARGIN = 0.5
const LEAST_MARGIN = 240
/** While the view moves the library gets other bars this often: a frame with new bars takes longest. */
const HAND_EVERY_MS = 250

/** The bar under the cursor: its first candle and the level's bars. */
export interface Cursor {
  bars: Bars
  index: number
}

export interface ChartEvents {
  onCursor: (cursor: Cursor | null) => void
  onView: (view: View) => void
  onMeasure: (measure: Measure | null) => void
  onTrade: (shape: TradeShape) => void
}

/** Holds the library's chart: which bars it knows, what it shows of them, and what lies over them. */
export class ChartController {
  private readonly chart: IChartApi
  private readonly candles: ISeriesApi<'Candlestick'>
  private readonly overlay: Overlay
  private readonly plots: PlotSeries
  private readonly stop: () => void
  private source: PairSource | null = null
  private unsubscribe: () => void = () => undefined
  private view: View
  /** The bars that the library knows now. */
  private known = { merged: 1, from: 0, to: 0, version: -1 }
  private version = 0
  private frame = 0
  private handedAt = 0
  private later: ReturnType<typeof setTimeout> | undefined
  private shapes: readonly TradeShape[] = []
  private longest = 0
  private selected: { shape: TradeShape; lines: TradeLines } | null = null
  private measured: Measure | null = null
  private isHeikinAshi = false
  isMeasuring = false

  constructor(
    private readonly element: HTMLElement,
    private readonly grid: Grid,
    private palette: Palette,
    private readonly events: ChartEvents,
  ) {
    this.view = clampView(grid, { from: grid.count - 160, to: grid.count })
    this.chart = createChart(element, FIXED_OPTIONS)
    this.candles = this.chart.addSeries(CandlestickSeries, { priceLineVisible: false })
    this.plots = new PlotSeries(this.chart, () => this.palette)
    this.overlay = new Overlay(() => this.scene())
    this.candles.attachPrimitive(this.overlay)
    this.chart.subscribeCrosshairMove(({ logical }) => {
      this.events.onCursor(logical === undefined ? null : this.cursorAt(logical))
    })
    this.setPalette(palette)
    this.stop = this.listen()
  }

  setPalette(palette: Palette): void {
    this.palette = palette
    this.chart.applyOptions(coloursOf(palette))
    this.candles.applyOptions(candleColoursOf(palette))
    this.plots.recolour()
    this.changed()
  }

  setSource(source: PairSource): void {
    this.unsubscribe()
    this.source = source
    this.unsubscribe = source.subscribe(() => this.arrived())
    this.measured = null
    this.known = { merged: 1, from: 0, to: 0, version: -1 }
    this.candles.setData([])
    this.plots.clear()
    this.changed()
  }

  setPanes(panes: readonly PlotPane[]): void {
    this.plots.setPanes(panes)
    this.changed()
  }

  setTrades(
    shapes: readonly TradeShape[],
    selected: { shape: TradeShape; lines: TradeLines } | null,
  ): void {
    this.shapes = shapes
    this.longest = shapes.reduce((most, shape) => Math.max(most, shape.exit - shape.entry), 0)
    this.selected = selected
    this.overlay.redraw()
  }

  setHeikinAshi(isOn: boolean): void {
    this.isHeikinAshi = isOn
    this.changed()
  }

  setMeasure(measure: Measure | null): void {
    this.measured = measure
    this.overlay.redraw()
    this.events.onMeasure(measure)
  }

  /** Takes the measure's end to a candle's close. */
  extendMeasure(candle: number): void {
    const price = this.source?.level(1).bar(candle)?.close
    if (price === undefined) return
    const to = { candle: candle + 0.5, price }
    this.setMeasure({ from: this.measured?.from ?? to, to })
  }

  get shown(): View {
    return this.view
  }

  show(view: View): void {
    this.view = clampView(this.grid, view)
    // At once: the library waits for the next frame by itself.
    this.draw()
  }

  pan(fraction: number): void {
    this.show(panView(this.grid, this.view, fraction * (this.view.to - this.view.from)))
  }

  zoom(factor: number, around = 0.5): void {
    const candle = this.view.from + around * (this.view.to - this.view.from)
    this.show(zoomView(this.grid, this.view, factor, candle))
  }

  /** Puts the crosshair on a candle, as a pointer would. */
  pointAt(candle: number): void {
    const { merged, from } = this.known
    const index = Math.floor(candle / merged)
    const bar = this.source?.level(merged).bar(index) ?? null
    if (bar === null) return
    const time = secondsOf(this.grid.origin + index * merged * this.grid.step) as Time
    this.chart.setCrosshairPosition(bar.close, time, this.candles)
    this.events.onCursor(this.cursorAt(index - from))
  }

  close(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.later)
    this.unsubscribe()
    this.stop()
    this.chart.remove()
  }

  private changed(): void {
    this.handedAt = 0
    this.arrived()
  }

  private arrived(): void {
    this.version++
    this.frame ||= requestAnimationFrame(() => this.draw())
  }

  private draw(): void {
    cancelAnimationFrame(this.frame)
    this.frame = 0
    const { source } = this
    if (source === null) return
    const bars = source.level(levelFor(this.view.to - this.view.from))
    const { from, to, margin } = this.inBars(bars.merged)
    source.ensure(bars.merged, from - margin, to + margin)
    // Until a level has come the one before stays, so that nothing blinks.
    if (bars.isSettled(from, to)) this.hand(bars)
    if (this.known.to > this.known.from) {
      const { merged } = this.known
      this.chart.timeScale().setVisibleLogicalRange({
        from: this.view.from / merged - this.known.from,
        to: this.view.to / merged - 1 - this.known.from,
      })
    }
    this.overlay.redraw()
    this.events.onView(this.view)
  }

  /** The view in bars of a level, and how many more the library knows on each side of it. */
  private inBars(merged: number) {
    const from = this.view.from / merged
    const to = this.view.to / merged
    return { from, to, margin: Math.max(LEAST_MARGIN, (to - from) * MARGIN) }
  }

  /** Hands the library the bars around the view, when it does not know those of the view yet. */
  private hand(bars: Bars): void {
    const { merged, count } = bars
    const { from, to, margin } = this.inBars(merged)
    const { known, version } = this
    const isKnown = known.from <= Math.max(0, from) && known.to >= Math.min(count, to)
    if (known.merged === merged && known.version === version && isKnown) return
    if (this.canWait()) return
    const begin = Math.max(0, Math.floor(from - margin))
    const end = Math.min(count, Math.ceil(to + margin))
    this.known = { merged, from: begin, to: end, version }
    giveCandles(this.candles, bars, [begin, end], this.isHeikinAshi)
    this.plots.setData(bars, begin, end)
  }

  /** Whether the bars that the library has may stay for now; if so, draws again when they may not. */
  private canWait(): boolean {
    const { merged, from, to } = this.known
    const { view } = this
    const shown = Math.min(view.to, to * merged) - Math.max(view.from, from * merged)
    if (shown < (view.to - view.from) / 2 || performance.now() - this.handedAt > HAND_EVERY_MS) {
      this.handedAt = performance.now()
      return false
    }
    clearTimeout(this.later)
    this.later = setTimeout(() => this.draw(), HAND_EVERY_MS)
    return true
  }

  private cursorAt(logical: number): Cursor | null {
    const bars = this.source?.level(this.known.merged)
    const index = Math.round(logical) + this.known.from
    return bars === undefined || index < 0 || index >= bars.count ? null : { bars, index }
  }

  private scene() {
    const { merged, from } = this.known
    const scale = this.chart.timeScale()
    const left = scale.logicalToCoordinate((this.view.from / merged - 0.5 - from) as never) ?? 0
    const width = scale.width() / (this.view.to - this.view.from)
    return {
      palette: this.palette,
      stepMs: this.grid.step,
      view: this.view,
      shapes: this.shapes,
      longest: this.longest,
      selected: this.selected,
      measure: this.measured,
      x: (candle: number) => left + (candle - this.view.from) * width,
    }
  }

  private listen(): () => void {
    const plotWidth = () => this.chart.timeScale().width()
    const point = (x: number, y: number) => ({
      candle: this.view.from + (x / plotWidth()) * (this.view.to - this.view.from),
      price: this.candles.coordinateToPrice(y) ?? Number.NaN,
    })
    return followGestures(this.element, {
      plotWidth,
      pan: (fraction) => this.pan(fraction),
      zoom: (factor, around) => this.zoom(factor, around),
      measures: (event) => this.isMeasuring || event.shiftKey,
      measure: (phase, x, y) => {
        const to = point(x, y)
        const from = phase === 'start' ? to : (this.measured?.from ?? to)
        this.setMeasure({ from, to })
      },
      click: (x, y) => {
        this.setMeasure(null)
        const at = point(x, y)
        const hit = this.shapes.find(
          (shape) => shape.entry <= at.candle && shape.exit + 1 >= at.candle,
        )
        if (hit !== undefined) this.events.onTrade(hit)
      },
    })
  }
}
