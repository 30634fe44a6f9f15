import { formatDuration, formatPrice, formatSignedPercent, plural } from '@/lib/format'

/** A point of the chart: a candle (with fractions) and a price. */
export interface Point {
  candle: number
  price: number
}

/** From where to where is measured. */
export interface Measure {
  from: Point
  to: Point
}

/** "+2.4 % (1,204.5) · 12 candles · 1 h" between two points. */
export function measureText({ from, to }: Measure, stepMs: number): string {
  const candles = Math.round(to.candle) - Math.round(from.candle)
  const change = to.price - from.price
  const sign = change < 0 ? '−' : '+'
  const parts = [
    `${formatSignedPercent(from.price > 0 ? change / from.price : Number.NaN)} (${sign}${formatPrice(Math.abs(change))})`,
    plural(Math.abs(candles), 'candle'),
    formatDuration((Math.abs(candles) * stepMs) / 1000),
  ]
  return parts.join(' · ')
}
