import { volumeOf } from '../metrics/parts'
import { ratio, sum } from '../metrics/stats'
import { isClosed } from '../metrics/inputs'
import type { Trade } from '../schemas'

const MAX_BASIS_POINTS = 50
const BASIS_POINT = 1e-4

export interface CostCurve {
  /** Extra cost of each order in basis points, and the net profit that is left, stake currency. */
  points: [number, number][]
  /** Where the profit is used up; null where the trades cost nothing or lose anyway. */
  breakEven: number | null
}

/**
 * Net profit if every order had cost more, as a higher fee or a worse price of so many basis points.
 *
 * The trades are taken as they are: a profit falls by the value of its orders times the extra cost. That
 * trades with a worse price might have ended at another time is not in it.
 */
export function costCurve(trades: readonly Trade[]): CostCurve {
  const closed = trades.filter(isClosed)
  const profit = sum(closed.map((trade) => trade.profit))
  const volume = sum(closed.map(volumeOf))
  const points = Array.from({ length: MAX_BASIS_POINTS + 1 }, (_, extra): [number, number] => [
    extra,
    profit - volume * extra * BASIS_POINT,
  ])
  const breakEven = ratio(profit, volume * BASIS_POINT)
  return { points, breakEven: breakEven !== null && breakEven >= 0 ? breakEven : null }
}
