import { inGroup } from './metric'
import { closedFall, closedCurve, episodes } from './parts'
import type { Inputs, Side } from './inputs'
import { deviation, greatest, least, mean, normalAt, quantile, ratio, type Maybe } from './stats'

/** Each day's fall from the highest balance before it, as fractions below zero. */
export function underwater({ daily, sides }: Inputs): number[] {
  let high = sides.all.startingBalance
  return daily.balances.map((balance) => {
    high = Math.max(high, balance)
    return balance / high - 1
  })
}

export function ulcerIndex(inputs: Inputs): Maybe {
  const falls = underwater(inputs)
  if (falls.length < 2) return null
  return Math.sqrt(falls.reduce((total, fall) => total + fall ** 2, 0) / (falls.length - 1))
}

/** The mean of what lies below the 5 % value at risk of a normal distribution with the same moments. */
export function expectedShortfall(values: readonly number[]): Maybe {
  const middle = mean(values)
  const spread = deviation(values, 1)
  if (middle === null || spread === null) return null
  const atRisk = middle + spread * normalAt(0.05)
  return mean(values.filter((value) => value < atRisk)) ?? atRisk
}

/** The highest rise of the cumulated profit above its lowest point before. */
function closedRise(side: Side): number {
  let low = 0
  let rise = 0
  for (const value of closedCurve(side)) {
    low = Math.min(low, value)
    rise = Math.max(rise, value - low)
  }
  return rise
}

const seconds = (milliseconds: Maybe): Maybe => (milliseconds === null ? null : milliseconds / 1000)

export const risk = inGroup('Risk', [
  {
    id: 'max-drawdown',
    name: 'Deepest drawdown (equity)',
    unit: 'percent',
    better: 'lower',
    scope: 'whole',
    verified: 'balance.max_drawdown_account',
    about: 'The deepest fall of the marked-to-market balance from a high before it.',
    formula: 'max (high − balance) / high, at the fall that is largest in stake currency',
    compute: () => null,
  },
  {
    id: 'max-drawdown-abs',
    name: 'Deepest drawdown (equity), amount',
    unit: 'money',
    better: 'lower',
    scope: 'whole',
    verified: 'balance.max_drawdown_abs',
    about: 'The same fall in stake currency.',
    formula: 'max (high − balance)',
    compute: () => null,
  },
  {
    id: 'max-closed-drawdown',
    name: 'Deepest drawdown (closed trades)',
    unit: 'percent',
    better: 'lower',
    scope: 'sides',
    verified: 'max_drawdown_account',
    about: 'The deepest fall counted at closed trades only, as Freqtrade does.',
    formula: 'max (high − cumulated profit) / (start + high)',
    compute: (side) => (side.closed.length === 0 ? null : closedFall(side).ratio),
  },
  {
    id: 'max-closed-drawdown-abs',
    name: 'Deepest drawdown (closed trades), amount',
    unit: 'money',
    better: 'lower',
    scope: 'sides',
    verified: 'max_drawdown_abs',
    about: 'The same fall in stake currency.',
    formula: 'max (high − cumulated profit)',
    compute: (side) => (side.closed.length === 0 ? null : closedFall(side).amount),
  },
  {
    id: 'average-drawdown',
    name: 'Average drawdown (closed trades)',
    unit: 'money',
    better: 'lower',
    scope: 'sides',
    about: 'The mean depth of all falls from one high to the next.',
    formula: 'mean of depths',
    compute: (side) => mean(episodes(side, 1).map((each) => each.size)),
  },
  {
    id: 'drawdown-time',
    name: 'Average drawdown duration',
    unit: 'duration',
    better: 'lower',
    scope: 'sides',
    about: 'How long falls lasted on average, from the high until it was reached again.',
    formula: 'mean of durations',
    compute: (side) => seconds(mean(episodes(side, 1).map((each) => each.lastsMs))),
  },
  {
    id: 'longest-drawdown',
    name: 'Longest time under water',
    unit: 'duration',
    better: 'lower',
    scope: 'sides',
    about: 'The longest wait for a new high of the closed trades’ profit.',
    formula: 'max of durations',
    compute: (side) => seconds(greatest(episodes(side, 1).map((each) => each.lastsMs))),
  },
  {
    id: 'max-run-up',
    name: 'Highest run-up (closed trades)',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'The highest rise of the cumulated profit above its lowest point before.',
    formula: 'max (cumulated profit − low)',
    compute: (side) => closedRise(side),
  },
  {
    id: 'max-run-up-ratio',
    name: 'Highest run-up, of the starting balance',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'The same as a share of the starting balance.',
    formula: 'highest run-up / starting balance',
    compute: (side) => closedRise(side) / side.startingBalance,
  },
  {
    id: 'average-run-up',
    name: 'Average run-up (closed trades)',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'The mean height of all rises from one low to the next.',
    formula: 'mean of heights',
    compute: (side) => mean(episodes(side, -1).map((each) => each.size)),
  },
  {
    id: 'run-up-time',
    name: 'Average run-up duration',
    unit: 'duration',
    better: null,
    scope: 'sides',
    about: 'How long rises lasted on average, from the low until it was reached again.',
    formula: 'mean of durations',
    compute: (side) => seconds(mean(episodes(side, -1).map((each) => each.lastsMs))),
  },
  {
    id: 'trade-run-up',
    name: 'Average best moment of a trade (run-up)',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'How far the price went in a trade’s favour, at the candles’ extremes.',
    formula: 'mean (best price / entry − 1)',
    compute: (side) => mean(side.closed.map((trade) => trade.runUp)),
  },
  {
    id: 'trade-drawdown',
    name: 'Average worst moment of a trade (drawdown)',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'How far the price went against a trade, at the candles’ extremes.',
    formula: 'mean (worst price / entry − 1)',
    compute: (side) => mean(side.closed.map((trade) => trade.drawdown)),
  },
  {
    id: 'worst-trade-drawdown',
    name: 'Worst moment of any trade',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'The farthest that the price went against a trade.',
    formula: 'min (worst price / entry − 1)',
    compute: (side) => least(side.closed.map((trade) => trade.drawdown)),
  },
  {
    id: 'deviation',
    name: 'Annual standard deviation',
    unit: 'percent',
    better: 'lower',
    scope: 'whole',
    about: 'How much the daily returns of the balance vary, for a year.',
    formula: 'σ(daily returns) · √365',
    compute: (_side, { daily }) => {
      const spread = deviation(daily.returns)
      return spread === null ? null : spread * Math.sqrt(365)
    },
  },
  {
    id: 'variance',
    name: 'Annual variance',
    unit: 'ratio',
    better: 'lower',
    scope: 'whole',
    about: 'The square of the annual standard deviation.',
    formula: 'σ²(daily returns) · 365',
    compute: (_side, { daily }) => {
      const spread = deviation(daily.returns)
      return spread === null ? null : spread ** 2 * 365
    },
  },
  {
    id: 'value-at-risk',
    name: 'Daily value at risk (95 %)',
    unit: 'percent',
    better: 'higher',
    scope: 'whole',
    about: 'On one day in twenty the balance did worse than this.',
    formula: '5 % quantile of daily returns',
    compute: (_side, { daily }) => quantile(daily.returns, 0.05),
  },
  {
    id: 'ulcer',
    name: 'Ulcer index',
    unit: 'percent',
    better: 'lower',
    scope: 'whole',
    about: 'How deep and how long the balance was below its high, at the days’ ends.',
    formula: '√(Σ drawdown² / (days − 1))',
    compute: (_side, inputs) => ulcerIndex(inputs),
  },
  {
    id: 'recovery',
    name: 'Return of the deepest drawdown',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    about: 'Net profit in units of the deepest fall.',
    formula: 'net profit / deepest drawdown of closed trades',
    compute: (side) => ratio(closedCurve(side).at(-1) ?? null, closedFall(side).amount),
  },
])
