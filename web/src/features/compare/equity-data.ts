import type { ComparedEquity } from './model'

/** Columns for the chart: times in seconds, then each run's balance as a multiple of its start. */
export type EquityColumns = [number[], ...(number | null)[][]]

/**
 * Puts curves of different spans and steps on one axis; null where a run has no value at a time.
 *
 * With `isAligned` times count from each run's own start.
 */
export function joinEquities(
  curves: readonly (ComparedEquity | null)[],
  isAligned = false,
): EquityColumns {
  const values = curves.map(
    (curve) => new Map(curve === null ? [] : pointsOf(isAligned ? { ...curve, start: 0 } : curve)),
  )
  const times = [...new Set(values.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b)
  return [times, ...values.map((points) => times.map((time) => points.get(time) ?? null))]
}

function pointsOf({ start, step, balance }: ComparedEquity): (readonly [number, number])[] {
  const first = balance[0] ?? 0
  if (first <= 0) return []
  return balance.map((value, index) => [(start + index * step) / 1000, value / first] as const)
}

/** Whether all curves have a time in common. */
export function doOverlap(curves: readonly (ComparedEquity | null)[]): boolean {
  const known = curves.filter((curve) => curve !== null)
  const starts = known.map(({ start }) => start)
  const ends = known.map(({ start, step, balance }) => start + step * balance.length)
  return Math.max(...starts) <= Math.min(...ends)
}
