import {
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type UTCTimestamp,
} from 'lightweight-charts'

import { formatNumber, formatPrice } from '@/lib/format'

import type { Bars } from './bars'
import { colourOf } from './colours'
import { faded, type Palette } from './palette'
import type { PlotLine, PlotPane } from './plot-lines'
import { linePoints } from './series-data'

type Series = ISeriesApi<'Line'> | ISeriesApi<'Histogram'>

interface Drawn {
  line: PlotLine
  series: Series
  number: number
  isMain: boolean
}

const CANDLES_SHARE = 3

/** The series beside the candles: volume, and the strategy's indicators in their panes. */
export class PlotSeries {
  private readonly volume: ISeriesApi<'Histogram'>
  private drawn: Drawn[] = []

  constructor(
    private readonly chart: IChartApi,
    private readonly palette: () => Palette,
  ) {
    this.volume = chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: { type: 'volume' },
      priceLineVisible: false,
      lastValueVisible: false,
    })
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } })
  }

  setPanes(panes: readonly PlotPane[]): void {
    for (const { series } of this.drawn) this.chart.removeSeries(series)
    this.drawn = []
    panes.forEach((pane, index) => {
      pane.lines.forEach((line, number) => this.add(line, number, index))
    })
    // The library drops empty panes from the end only.
    for (let index = this.chart.panes().length - 1; index >= panes.length && index > 0; index--) {
      this.chart.removePane(index)
    }
    this.chart.panes().forEach((pane, index) => {
      pane.setStretchFactor(index === 0 ? CANDLES_SHARE : 1)
    })
  }

  recolour(): void {
    for (const { line, series, number } of this.drawn) {
      series.applyOptions({ color: colourOf(line, number, this.palette()) })
    }
  }

  clear(): void {
    this.volume.setData([])
    for (const { series } of this.drawn) series.setData([])
  }

  setData(bars: Bars, from: number, to: number): void {
    const { gain, loss } = this.palette()
    const up = faded(gain, 0.35)
    const down = faded(loss, 0.35)
    const timeOf = (bar: number) => bars.timeOf(bar)
    const volume: { time: UTCTimestamp; value: number; color: string }[] = []
    for (const point of linePoints(bars.volume, timeOf, from, to)) {
      const bar = (point.time * 1000 - bars.grid.origin) / bars.step
      const isUp = (bars.close[bar] ?? 0) >= (bars.open[bar] ?? 0)
      volume.push({ ...point, color: isUp ? up : down })
    }
    this.volume.setData(volume)
    for (const { line, series } of this.drawn) {
      const column = bars.columns.get(line.column)
      series.setData(column === undefined ? [] : linePoints(column, timeOf, from, to))
    }
  }

  private add(line: PlotLine, number: number, pane: number): void {
    const isMain = pane === 0
    const options = {
      color: colourOf(line, number, this.palette()),
      // The legend names the lines over the candles.
      title: isMain ? '' : line.column,
      priceLineVisible: false,
      lastValueVisible: !isMain,
      priceFormat: {
        type: 'custom' as const,
        formatter: isMain ? formatPrice : (value: number) => formatNumber(value, digits(value)),
        minMove: 1e-10,
      },
    }
    const series =
      line.kind === 'bar'
        ? this.chart.addSeries(HistogramSeries, options, pane)
        : this.chart.addSeries(
            LineSeries,
            {
              ...options,
              lineWidth: 1,
              crosshairMarkerRadius: 3,
              lineVisible: line.kind !== 'scatter',
              pointMarkersVisible: line.kind === 'scatter',
            },
            pane,
          )
    this.drawn.push({ line, series, number, isMain })
  }
}

function digits(value: number): number {
  const size = Math.abs(value)
  if (size >= 10 || size === 0) return 2
  return Math.min(8, 2 + Math.max(0, -Math.floor(Math.log10(size))))
}
