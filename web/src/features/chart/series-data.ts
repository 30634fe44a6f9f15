import type { CandlestickData, UTCTimestamp, WhitespaceData } from 'lightweight-charts'

import { type Bar, type Bars, heikinAshi } from './bars'

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

/** The bars [from, to) as candles. */
export function candlePoints(bars: Bars, from: number, to: number, isHeikinAshi: boolean) {
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
