import type { Result, Stretch } from './result-schemas'

/** Growth over both times, as fractions; null where the other run, or none, was. */
export interface Curve {
  times: number[]
  before: (number | null)[]
  after: (number | null)[]
  held: (number | null)[]
  falls: (number | null)[]
  /** When the second run begins. */
  since: number | null
}

/**
 * Joins the two runs. Each began with the same wallet, so the second is drawn on from where the first ended; between
 * them the line is broken, since nothing was run.
 */
export function curveOf({ inSample, outOfSample }: Result): Curve {
  const first = growth(inSample, 1, 1)
  const curve: Curve = {
    times: first.times,
    before: first.own,
    after: first.own.map(() => null),
    held: first.held,
    falls: first.falls,
    since: null,
  }
  if (outOfSample === null) return curve
  const second = growth(outOfSample, 1 + (first.own.at(-1) ?? 0), 1 + (first.held.at(-1) ?? 0))
  const since = outOfSample.equity.start
  return {
    times: [...first.times, since, ...second.times],
    before: [...first.own, null, ...second.own.map(() => null)],
    after: [...first.own.map(() => null), null, ...second.own],
    held: [...first.held, null, ...second.held],
    falls: [...first.falls, null, ...second.falls],
    since,
  }
}

function growth({ equity, wallet }: Stretch, own: number, held: number) {
  const { start, step, balance, buyAndHold, drawdown } = equity
  return {
    times: balance.map((_value, index) => start + (index + 1) * step),
    own: balance.map((value) => (value / wallet) * own - 1),
    held: buyAndHold.map((value) => (value / wallet) * held - 1),
    falls: drawdown.map((value) => -value),
  }
}
