import type { Inputs, Side } from './inputs'
import { inGroup } from './metric'
import { closedFall } from './parts'
import { expectedShortfall, ulcerIndex } from './risk'
import {
  deviation,
  mean,
  normalBelow,
  ratio,
  standardMoment,
  studentTwoSided,
  sum,
  type Maybe,
} from './stats'
import { winLossRatio, winRate } from './trades'

const YEAR = Math.sqrt(365)

const returnsOf = (side: Side) => side.profits.map((profit) => profit / side.startingBalance)
const perDay = (side: Side) => sum(returnsOf(side)) / side.wholeDays
const yearly = (value: Maybe): Maybe => (value === null ? null : value * YEAR)

/** Freqtrade gives 0 to a run without trades. */
function ofTrades(side: Side, below: () => Maybe, scale = 1): Maybe {
  if (side.closed.length === 0) return 0
  return yearly(ratio(perDay(side) * scale, below()))
}

function systemQuality(side: Side): Maybe {
  const returns = returnsOf(side)
  if (returns.length === 0) return 0
  const found = ratio(mean(returns), deviation(returns, 1))
  return found === null ? null : Math.round(Math.sqrt(returns.length) * found * 1e4) / 1e4
}

function pValue(side: Side): Maybe {
  const returns = returnsOf(side)
  const spread = deviation(returns, 1)
  if (spread === null || spread === 0) return 1
  const t = ((mean(returns) ?? 0) / spread) * Math.sqrt(returns.length)
  return studentTwoSided(t, returns.length - 1)
}

/** The probability that the true Sharpe ratio is above zero (Bailey and López de Prado, 2012). */
export function probabilisticSharpe(returns: readonly number[]): Maybe {
  const sharpe = ratio(mean(returns), deviation(returns))
  const skew = standardMoment(returns, 3)
  const kurtosis = standardMoment(returns, 4)
  if (sharpe === null || skew === null || kurtosis === null || returns.length < 2) return null
  const spread = 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2
  if (spread <= 0) return null
  return normalBelow((sharpe * Math.sqrt(returns.length - 1)) / Math.sqrt(spread))
}

export function omega(returns: readonly number[]): Maybe {
  const above = sum(returns.filter((value) => value > 0))
  const below = -sum(returns.filter((value) => value < 0))
  return ratio(above, below)
}

/** Return over ulcer index and the tail of the drawdowns (as quantstats and Jesse compute it). */
function serenity(inputs: Inputs): Maybe {
  const { returns } = inputs.daily
  let product = 1
  let high = 1
  const falls = returns.map((value) => {
    product *= 1 + value
    high = Math.max(high, product)
    return product / high - 1
  })
  const tail = expectedShortfall(falls)
  const pitfall = tail === null ? null : ratio(-tail, deviation(returns, 1))
  const ulcer = ulcerIndex(inputs)
  return pitfall === null || ulcer === null ? null : ratio(sum(returns), ulcer * pitfall)
}

/** TradingView's: monthly returns of the balance, 2 % a year free of risk. */
function monthly({ daily, sides }: Inputs): number[] {
  const ends = new Map<string, number>()
  daily.closedAt.forEach((at, index) => {
    ends.set(new Date(at - 1).toISOString().slice(0, 7), daily.balances[index] ?? 0)
  })
  let before = sides.all.startingBalance
  return [...ends.values()].map((balance) => {
    const change = balance / before - 1
    before = balance
    return change - 0.02 / 12
  })
}

export const adjusted = inGroup('Risk-adjusted return', [
  {
    id: 'sharpe',
    name: 'Sharpe (daily balance)',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    verified: 'balance.sharpe',
    about: 'Return for each unit of fluctuation, from the balance at the end of each day.',
    formula: 'mean(daily returns) / σ(daily returns) · √365',
    compute: (_side, { daily }) =>
      daily.returns.length === 0 ? 0 : yearly(ratio(mean(daily.returns), deviation(daily.returns))),
  },
  {
    id: 'sortino',
    name: 'Sortino (daily balance)',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    verified: 'balance.sortino',
    about: 'The same, where only the fluctuation of losing days counts.',
    formula: 'mean(daily returns) / σ(daily returns < 0) · √365',
    compute: (_side, { daily }) =>
      daily.returns.length === 0
        ? 0
        : yearly(ratio(mean(daily.returns), deviation(daily.returns.filter((value) => value < 0)))),
  },
  {
    id: 'calmar',
    name: 'Calmar (daily balance)',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    verified: 'balance.calmar',
    about: 'Return for each unit of the deepest drawdown, scaled as Freqtrade scales it.',
    formula: '100 · growth / days / deepest drawdown · √365',
    compute: () => null,
  },
  {
    id: 'sharpe-monthly',
    name: 'Sharpe (monthly, 2 % risk-free)',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    about: 'TradingView’s Sharpe: from monthly returns, not scaled to a year.',
    formula: 'mean(monthly return − 0.02 / 12) / σ',
    compute: (_side, inputs) => ratio(mean(monthly(inputs)), deviation(monthly(inputs))),
  },
  {
    id: 'sharpe-trades',
    name: 'Sharpe (trades)',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    verified: 'sharpe',
    about: 'Freqtrade’s Sharpe: the profits of trades, spread over the days of the run.',
    formula: '(Σ profit / start / days) / σ(profit / start) · √365',
    compute: (side) => ofTrades(side, () => deviation(returnsOf(side))),
  },
  {
    id: 'sortino-trades',
    name: 'Sortino (trades)',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    verified: 'sortino',
    about: 'The same with the deviation of losing trades only.',
    formula: '(Σ profit / start / days) / σ(losses / start) · √365',
    compute: (side) =>
      ofTrades(side, () => deviation(returnsOf(side).filter((value) => value < 0))),
  },
  {
    id: 'calmar-trades',
    name: 'Calmar (trades)',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    verified: 'calmar',
    about: 'The same over the deepest drawdown of closed trades.',
    formula: '100 · (Σ profit / start / days) / deepest drawdown · √365',
    compute: (side) => ofTrades(side, () => closedFall(side).ratio, 100),
  },
  {
    id: 'sqn',
    name: 'System quality number',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    verified: 'sqn',
    about: 'How surely the average trade differs from zero; above 2 is good, above 3 excellent.',
    formula: '√trades · mean(profit) / σ(profit)',
    compute: systemQuality,
  },
  {
    id: 'p-value',
    name: 'p-value of the mean profit',
    unit: 'ratio',
    better: 'lower',
    scope: 'sides',
    verified: 'p_value',
    about:
      'How likely a mean this far from zero is if trades make nothing: below 0.05 is unlikely luck.',
    formula: 'two-sided t-test of mean profit = 0',
    compute: pValue,
  },
  {
    id: 'psr',
    name: 'Probabilistic Sharpe ratio',
    unit: 'percent',
    better: 'higher',
    scope: 'whole',
    about: 'How likely the true Sharpe ratio is above zero, given length, skew and tails.',
    formula: 'Φ(S · √(n − 1) / √(1 − skew · S + (kurtosis − 1) / 4 · S²)), S daily',
    compute: (_side, { daily }) => probabilisticSharpe(daily.returns),
  },
  {
    id: 'omega',
    name: 'Omega',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    about: 'Gains of all winning days for each unit lost on losing days.',
    formula: 'Σ daily returns > 0 / |Σ daily returns < 0|',
    compute: (_side, { daily }) => omega(daily.returns),
  },
  {
    id: 'serenity',
    name: 'Serenity index',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    about: 'Return over the depth, length and tail of drawdowns.',
    formula: 'Σ daily returns / (ulcer index · |expected shortfall of drawdowns| / σ)',
    compute: (_side, inputs) => serenity(inputs),
  },
  {
    id: 'kelly',
    name: 'Kelly estimate',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about:
      'The share of the wallet that would grow it fastest, were the future like the past. Most use half or less.',
    formula: 'win rate − (1 − win rate) / profit–loss ratio',
    compute: (side) => {
      const payoff = winLossRatio(side)
      return payoff === null || payoff === 0 ? null : winRate(side) - (1 - winRate(side)) / payoff
    },
  },
])
