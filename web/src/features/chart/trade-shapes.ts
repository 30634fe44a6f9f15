import { formatPrice, formatSignedPercent } from '@/lib/format'

import { candleAt, type Grid } from './grid'
import type { ChartTrade, RoiTable } from './model'

/** A trade on the chart's own axes: candles and prices. */
export interface TradeShape {
  trade: ChartTrade
  entry: number
  /** The candle of the exit; the run's last one while the trade is open. */
  exit: number
  exitPrice: number | null
  isGain: boolean
  entryLabel: string
  exitLabel: string
}

/** A horizontal line over a part of the axis. */
export interface Segment {
  from: number
  to: number
  price: number
}

/** The lines that could have closed a trade. */
export interface TradeLines {
  entry: Segment
  stop: readonly Segment[]
  roi: readonly Segment[]
}

/** A pair's trades in the order of their entries. */
export function shapesOf(grid: Grid, trades: readonly ChartTrade[], pair: string): TradeShape[] {
  return trades
    .filter((trade) => trade.pair === pair)
    .sort((a, b) => a.openedAt - b.openedAt || a.number - b.number)
    .map((trade) => ({
      trade,
      entry: candleAt(grid, trade.openedAt),
      exit: trade.closedAt === null ? grid.count - 1 : candleAt(grid, trade.closedAt),
      exitPrice: trade.closeRate,
      isGain: (trade.profitRatio ?? 0) >= 0,
      entryLabel: `${trade.isShort ? 'Short' : 'Long'} #${trade.number}`,
      exitLabel:
        trade.closedAt === null ? 'Open' : `Exit ${formatSignedPercent(trade.profitRatio, 1)}`,
    }))
}

/** Stop and ROI of a trade. The ROI's prices are those at which it has earned the ratio after fees. */
export function linesOf(grid: Grid, shape: TradeShape, roi: RoiTable): TradeLines {
  const { trade, entry } = shape
  const end = shape.exit + 1
  const stop: Segment[] = []
  if (isPrice(trade.initialStop)) stop.push({ from: entry, to: end, price: trade.initialStop })
  if (isPrice(trade.lastStop) && trade.lastStop !== trade.initialStop) {
    stop.push({ from: Math.max(entry, end - 1), to: end + 1, price: trade.lastStop })
  }
  return {
    entry: { from: entry, to: end, price: trade.openRate },
    stop,
    roi: roiSegments(grid, trade, entry, end, roi),
  }
}

function roiSegments(
  grid: Grid,
  trade: ChartTrade,
  entry: number,
  end: number,
  roi: RoiTable,
): Segment[] {
  const steps = Object.entries(roi)
    .map(([minutes, ratio]) => ({ from: entry + (Number(minutes) * 60_000) / grid.step, ratio }))
    .filter((step) => Number.isFinite(step.from))
    .sort((a, b) => a.from - b.from)
  return steps.flatMap((step, index) => {
    const to = Math.min(end, steps[index + 1]?.from ?? end)
    // Freqtrade writes -1 for "sell at any price", which is no line.
    if (step.from >= to || step.ratio <= -1) return []
    return [{ from: step.from, to, price: roiPrice(trade, step.ratio) }]
  })
}

function roiPrice(trade: ChartTrade, ratio: number): number {
  const gain = ratio / trade.leverage
  const { openRate, feeOpen, feeClose } = trade
  return trade.isShort
    ? (openRate * (1 - feeOpen) * (1 - gain)) / (1 + feeClose)
    : (openRate * (1 + feeOpen) * (1 + gain)) / (1 - feeClose)
}

function isPrice(value: number | null | undefined): value is number {
  return typeof value === 'number' && value > 0
}

/** The first shape whose trade ends at or after a candle; shapes are in the order of entry. */
export function firstVisible(shapes: readonly TradeShape[], from: number, longest: number): number {
  let low = 0
  let high = shapes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((shapes[middle]?.entry ?? Infinity) < from - longest) low = middle + 1
    else high = middle
  }
  return low
}

/** What a trade was, in one sentence, for screen readers. */
export function sentenceOf({ trade, exitPrice }: TradeShape): string {
  const how = `Trade ${trade.number}: ${trade.isShort ? 'short' : 'long'} ${trade.pair} at ${formatPrice(trade.openRate)}`
  if (exitPrice === null) return `${how}, still open.`
  const why = trade.exitReason === null ? '' : ` (${trade.exitReason})`
  return `${how}, closed at ${formatPrice(exitPrice)}${why}, ${formatSignedPercent(trade.profitRatio)}.`
}
