import type { Daily, Inputs } from './inputs'
import { inGroup } from './metric'
import { covariance, deviation, mean, ratio, type Maybe } from './stats'

const YEAR = 365

// A run's first day may be without a market return: both are cut to the same days from the end.
function paired({ returns, market }: Daily): [number[], number[]] {
  const size = Math.min(returns.length, market.length)
  return [returns.slice(-size || returns.length), market.slice(-size || market.length)]
}

export function beta(daily: Daily): Maybe {
  const [returns, market] = paired(daily)
  return ratio(covariance(returns, market), covariance(market, market))
}

function alpha(daily: Daily): Maybe {
  const [returns, market] = paired(daily)
  const slope = beta(daily)
  const own = mean(returns)
  const theirs = mean(market)
  if (slope === null || own === null || theirs === null) return null
  return (own - slope * theirs) * YEAR
}

function active(daily: Daily): number[] {
  const [returns, market] = paired(daily)
  return returns.map((value, index) => value - (market[index] ?? 0))
}

function correlation(daily: Daily): Maybe {
  const [returns, market] = paired(daily)
  const own = deviation(returns)
  const theirs = deviation(market)
  return own === null || theirs === null ? null : ratio(covariance(returns, market), own * theirs)
}

const root = (value: Maybe): Maybe => (value === null ? null : value * Math.sqrt(YEAR))

export const market = inGroup('Against the market', [
  {
    id: 'alpha',
    name: 'Alpha',
    unit: 'percent',
    better: 'higher',
    scope: 'whole',
    about: 'Yearly return that the market’s moves do not explain.',
    formula: '(mean(daily returns) − β · mean(market returns)) · 365',
    compute: (_side, { daily }) => alpha(daily),
  },
  {
    id: 'beta',
    name: 'Beta',
    unit: 'ratio',
    better: null,
    scope: 'whole',
    about: 'How much the balance moves when the pairs’ mean price moves by one.',
    formula: 'cov(daily returns, market returns) / var(market returns)',
    compute: (_side, { daily }) => beta(daily),
  },
  {
    id: 'correlation',
    name: 'Correlation with the market',
    unit: 'ratio',
    better: null,
    scope: 'whole',
    about: 'From −1 (opposite) over 0 (unrelated) to 1 (in step).',
    formula: 'cov / (σ · σ of the market)',
    compute: (_side, { daily }) => correlation(daily),
  },
  {
    id: 'tracking-error',
    name: 'Tracking error',
    unit: 'percent',
    better: null,
    scope: 'whole',
    about: 'How far daily returns stray from the market’s, for a year.',
    formula: 'σ(daily returns − market returns) · √365',
    compute: (_side, { daily }) => root(deviation(active(daily))),
  },
  {
    id: 'information-ratio',
    name: 'Information ratio',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    about: 'Return above the market’s for each unit of straying from it.',
    formula: 'mean(daily returns − market returns) / σ(same) · √365',
    compute: (_side, { daily }) => root(ratio(mean(active(daily)), deviation(active(daily)))),
  },
  {
    id: 'treynor',
    name: 'Treynor ratio',
    unit: 'ratio',
    better: 'higher',
    scope: 'whole',
    about: 'Yearly return for each unit of market risk.',
    formula: 'mean(daily returns) · 365 / β',
    compute: (_side, { daily }: Inputs) => {
      const middle = mean(daily.returns)
      return middle === null ? null : ratio(middle * YEAR, beta(daily))
    },
  },
])
