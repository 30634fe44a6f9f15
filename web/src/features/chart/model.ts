/** What the chart needs to know of a run; the route fills it from the run's own data. */
export interface ChartRun {
  id: string
  exchange: string
  timeframe: string
  /** Names the candles that the run saw. */
  candleRevision: string
  isFutures: boolean
  pairs: readonly string[]
  /** Milliseconds UTC; `end` is exclusive. */
  start: number
  end: number
}

/** A trade as the chart draws it. Times in milliseconds UTC. */
export interface ChartTrade {
  number: number
  pair: string
  isShort: boolean
  leverage: number
  openedAt: number
  closedAt: number | null
  openRate: number
  closeRate: number | null
  profitRatio: number | null
  feeOpen: number
  feeClose: number
  enterTag: string | null
  exitReason: string | null
  /** The stop's price when the trade opened and when it ended, as Freqtrade reports them. */
  initialStop?: number | null | undefined
  lastStop?: number | null | undefined
}

/** Freqtrade's `minimal_roi`: minutes since the entry → ratio at which the trade is closed. */
export type RoiTable = Readonly<Record<string, number>>

const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** "5m" → 300,000. Throws `RangeError` for what is no timeframe. */
export function timeframeMs(timeframe: string): number {
  const unit = UNIT_MS[timeframe.slice(-1)]
  const count = Number(timeframe.slice(0, -1))
  if (unit === undefined || !(count > 0)) throw new RangeError(`${timeframe} is no timeframe.`)
  return unit * count
}
