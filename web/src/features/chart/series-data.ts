import type { CandlestickData, ISeriesApi, UTCTimestamp, WhitespaceData } from 'lightweight-charts'

import { type Bar, type Bars, heikinAshi } from './bars'
import { priceFormatOf } from './price-format'

/** The library counts seconds. */
export function secondsOf(ms: number): UTCTimestamp {
  return Math.floor(ms / 1000) as UTCTimestamp
}

/** A candle, or the place of one that is missing or not loaded. */
function candlePoint(
  openedAt: number,
  bar: Bar | null,
): CandlestickData<UTCTimestamp> | WhitespaceData<UTCTimestamp> {
  const time = secondsOf(openedAt)
  if (bar === null) return { time }
  return { time, open: bar.open, high: bar.high, low: bar.low, close: bar.close }
}

/** Hands a chart's series the bars [from, to), with a scale in the steps of their prices. */
export function giveCandles(
  series: ISeriesApi<'Candlestick'>,
  bars: Bars,
  [from, to]: readonly [number, number],
  isHeikinAshi: boolean,
): void {
  series.applyOptions({ priceFormat: priceFormatOf(bars.tickSize) })
  series.setData(candlePoints(bars, from, to, isHeikinAshi))
}

/** The bars [from, to) as candles. */
function candlePoints(bars: Bars, from: number, to: number, isHeikinAshi: boolean) {
  const pick = isHeikinAshi ? heikinAshi(bars, from, to) : (index: number) => bars.bar(index)
  const points = []
  for (let index = from; index < to; index++) {
    points.push(candlePoint(bars.timeOf(index), pick(index)))
  }
  return points
}

/** The known values of a column in [from, to), as a line or a histogram takes them. */
export function linePoints(
  column: Float32Array | Float64Array,
  timeOf: (bar: number) => number,
  from: number,
  to: number,
): { time: UTCTimestamp; value: number }[] {
  const points = []
  for (let bar = from; bar < to; bar++) {
    const value = column[bar]
    if (value !== undefined && !Number.isNaN(value)) {
      points.push({ time: secondsOf(timeOf(bar)), value })
    }
  }
  return points
}
