import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  type DeepPartial,
  type ChartOptions,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { useEffect, useRef } from 'react'

import { candleColoursOf, coloursOf, FIXED_OPTIONS } from './chart-options'
import { type Palette, usePalette } from './palette'
import styles from './preview-chart.module.css'
import { priceFormatOf } from './price-format'
import { secondsOf } from './series-data'

/** Columns of equal length: candles, and lines that were computed on them. Times in milliseconds UTC. */
export interface PreviewChartData {
  candles: {
    tickSize: number | null
    date: readonly number[]
    open: readonly number[]
    high: readonly number[]
    low: readonly number[]
    close: readonly number[]
  }
  lines: readonly {
    column: string
    name: string
    frame: string | null
    title: string
    pane: 'price' | 'own'
    values: readonly (number | null)[]
  }[]
  signals: readonly {
    date: number
    way: 'enter' | 'exit'
    side: 'long' | 'short'
    tag: string
  }[]
}

interface PreviewChartProps {
  label: string
  data: PreviewChartData
  chosen: number | null
  onChoose: (at: number) => void
}

/** Candles, lines and signals of a window that is known as a whole. */
export function PreviewChart({ label, data, chosen, onChoose }: PreviewChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const drawn = useRef<Drawn | null>(null)
  const choose = useRef(onChoose)
  choose.current = onChoose
  const palette = usePalette()
  useEffect(() => {
    if (host.current === null) return undefined
    const made = (drawn.current = new Drawn(host.current, (at) => choose.current(at)))
    return () => {
      made.end()
      drawn.current = null
    }
  }, [])
  useEffect(() => {
    drawn.current?.draw(data, chosen, palette)
  }, [data, chosen, palette])
  return (
    <div className={styles['frame']}>
      <ul className={styles['legend']} aria-label="Lines of the chart">
        {shownLines(data).map(({ column, title }, index) => (
          <li key={column} style={{ color: colourOf(palette, index) }}>
            {title}
          </li>
        ))}
      </ul>
      <div
        ref={host}
        role="img"
        aria-label={label}
        className={styles['chart']}
        data-panes={Math.min(MOST_PANES, panesOf(data).size)}
      />
    </div>
  )
}

const MOST_PANES = 3
const QUIET = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false }
const SHOWN_CANDLES = 140
const MOST_WORDS = 40

const OPTIONS: DeepPartial<ChartOptions> = {
  ...FIXED_OPTIONS,
  // The wheel scrolls the page; a drag moves the candles.
  handleScroll: {
    mouseWheel: false,
    pressedMouseMove: true,
    horzTouchDrag: true,
    vertTouchDrag: false,
  },
  handleScale: { mouseWheel: false, pinch: true, axisPressedMouseMove: true },
  rightPriceScale: { minimumWidth: 64 },
}

function panesOf({ lines }: PreviewChartData): Map<string, number> {
  const panes = new Map<string, number>()
  for (const { name, frame, pane } of lines) {
    const key = `${frame ?? ''} ${name}`
    if (pane === 'own' && !panes.has(key)) panes.set(key, panes.size + 1)
  }
  return panes
}

/** The lines that there is room for: all over the candles, and the first panes below. */
function shownLines(data: PreviewChartData): PreviewChartData['lines'] {
  const panes = panesOf(data)
  return data.lines.filter(
    ({ pane, name, frame }) =>
      pane === 'price' || (panes.get(`${frame ?? ''} ${name}`) ?? 0) <= MOST_PANES,
  )
}

function colourOf(palette: Palette, index: number): string {
  return palette.series[index % palette.series.length] ?? palette.text
}

/** The library's chart with what is on it now. */
class Drawn {
  private readonly chart: IChartApi
  private readonly candles: ISeriesApi<'Candlestick'>
  private readonly markers: ISeriesMarkersPluginApi<Time>
  private lines: ISeriesApi<'Line'>[] = []
  private shape = ''
  private window = ''

  constructor(element: HTMLElement, onChoose: (at: number) => void) {
    this.chart = createChart(element, OPTIONS)
    this.candles = this.chart.addSeries(CandlestickSeries, { priceLineVisible: false })
    this.markers = createSeriesMarkers(this.candles, [])
    this.chart.subscribeClick(({ time }) => {
      if (typeof time === 'number') onChoose(time * 1000)
    })
  }

  end(): void {
    this.chart.remove()
  }

  draw(data: PreviewChartData, chosen: number | null, palette: Palette): void {
    const { candles } = data
    this.chart.applyOptions(coloursOf(palette))
    this.candles.applyOptions({
      ...candleColoursOf(palette),
      priceFormat: priceFormatOf(candles.tickSize),
    })
    this.candles.setData(
      candles.date.map((date, index) => ({
        time: secondsOf(date),
        open: candles.open[index] ?? 0,
        high: candles.high[index] ?? 0,
        low: candles.low[index] ?? 0,
        close: candles.close[index] ?? 0,
      })),
    )
    this.drawLines(data, palette)
    this.markers.setMarkers(markersOf(data, chosen, palette))
    this.frame(candles.date)
  }

  /** A line that only has other values stays the same series. */
  private drawLines(data: PreviewChartData, palette: Palette): void {
    const panes = panesOf(data)
    const shown = shownLines(data)
    const shape = shown.map(({ column, pane }) => `${column}/${pane}`).join(' ')
    if (shape !== this.shape) {
      for (const line of this.lines) this.chart.removeSeries(line)
      this.lines = shown.map(({ pane, name, frame }) =>
        this.chart.addSeries(
          LineSeries,
          { lineWidth: 1, ...QUIET },
          pane === 'price' ? 0 : (panes.get(`${frame ?? ''} ${name}`) ?? 0),
        ),
      )
      this.shape = shape
      this.chart.panes().forEach((pane, index) => pane.setStretchFactor(index === 0 ? 3 : 1))
    }
    shown.forEach((line, index) => {
      const series = this.lines[index]
      series?.applyOptions({ color: colourOf(palette, index) })
      series?.setData(
        line.values.flatMap((value, at) => {
          const date = data.candles.date[at]
          return value === null || date === undefined ? [] : [{ time: secondsOf(date), value }]
        }),
      )
    })
  }

  /** Another pair or timeframe begins at its newest candles; a change of blocks leaves the view alone. */
  private frame(dates: readonly number[]): void {
    const window = `${dates[0]} ${dates.at(-1)}`
    if (window === this.window) return
    this.window = window
    this.chart
      .timeScale()
      .setVisibleLogicalRange({ from: dates.length - SHOWN_CANDLES, to: dates.length + 2 })
  }
}

function markersOf(
  { candles, signals }: PreviewChartData,
  chosen: number | null,
  palette: Palette,
): SeriesMarker<UTCTimestamp>[] {
  const hasWords = signals.length < MOST_WORDS
  const found = beginnings(candles.date, signals).map(
    ({ date, way, side, tag }): SeriesMarker<UTCTimestamp> => {
      const isUp = (side === 'long') === (way === 'enter')
      const isEntry = way === 'enter'
      return {
        time: secondsOf(date),
        position: isUp ? 'belowBar' : 'aboveBar',
        shape: isUp ? 'arrowUp' : 'arrowDown',
        color: isEntry ? palette.info : palette.warning,
        size: isEntry ? 1.4 : 0.8,
        text: isEntry && hasWords ? tag : '',
      }
    },
  )
  if (chosen !== null) {
    found.push({
      time: secondsOf(chosen),
      position: 'aboveBar',
      shape: 'circle',
      color: palette.focus,
      text: '?',
    })
  }
  return found.sort((a, b) => a.time - b.time)
}

/** Of signals on one candle after the other only the first: it is what opens or closes a trade. */
function beginnings(
  dates: readonly number[],
  signals: PreviewChartData['signals'],
): PreviewChartData['signals'] {
  const places = new Map(dates.map((date, index) => [date, index]))
  const known = new Set(signals.map(({ date, way, side }) => `${places.get(date)} ${way} ${side}`))
  return signals.filter(
    ({ date, way, side }) => !known.has(`${(places.get(date) ?? 0) - 1} ${way} ${side}`),
  )
}
