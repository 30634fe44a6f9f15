import type { Side } from './inputs'
import { inGroup, type MetricList } from './metric'
import { mean, ratio } from './stats'

const wins = (side: Side) => side.ratios.filter((value) => value > 0).length
const losses = (side: Side) => side.ratios.filter((value) => value < 0).length
const share = (count: number, side: Side) =>
  side.closed.length === 0 ? 0 : count / side.closed.length
export const gains = (side: Side) => side.profits.filter((value) => value > 0)
export const falls = (side: Side) => side.profits.filter((value) => value < 0)

export const winRate = (side: Side): number => share(wins(side), side)

/** The average winner over the average loser, both as amounts above zero. */
export function winLossRatio(side: Side): number | null {
  const loss = mean(falls(side))
  return ratio(mean(gains(side)), loss === null ? null : -loss)
}

/** (1 + average win / average loss) · win rate − 1; null without losers. */
export function expectancyRatio(side: Side): number | null {
  const loss = mean(falls(side))
  if (loss === null) return null
  const payoff = (mean(gains(side)) ?? 0) / -loss
  return (1 + payoff) * (gains(side).length / side.profits.length) - 1
}

const counts: MetricList = [
  {
    id: 'trades',
    name: 'Closed trades',
    unit: 'count',
    better: null,
    scope: 'sides',
    verified: 'total_trades',
    about: 'How many trades were opened and closed.',
    formula: 'count of closed trades',
    compute: (side) => side.closed.length,
  },
  {
    id: 'open-trades',
    name: 'Open trades',
    unit: 'count',
    better: null,
    scope: 'sides',
    about: 'Positions that were still open at the end.',
    formula: 'count of open trades',
    compute: (side) => side.open.length,
  },
  {
    id: 'share-of-trades',
    name: 'Share of all trades',
    unit: 'percent',
    better: null,
    scope: 'sides',
    about: 'How the trades divide into long and short.',
    formula: 'trades of the side / all trades',
    compute: (side, inputs) => ratio(side.closed.length, inputs.sides.all.closed.length),
  },
  {
    id: 'wins',
    name: 'Winning trades',
    unit: 'count',
    better: 'higher',
    scope: 'sides',
    verified: 'wins',
    about: 'Trades that made a profit after fees.',
    formula: 'count of profit > 0',
    compute: wins,
  },
  {
    id: 'losses',
    name: 'Losing trades',
    unit: 'count',
    better: 'lower',
    scope: 'sides',
    verified: 'losses',
    about: 'Trades that lost money after fees.',
    formula: 'count of profit < 0',
    compute: losses,
  },
  {
    id: 'draws',
    name: 'Even trades',
    unit: 'count',
    better: null,
    scope: 'sides',
    verified: 'draws',
    about: 'Trades that neither won nor lost.',
    formula: 'count of profit = 0',
    compute: (side) => side.ratios.filter((value) => value === 0).length,
  },
  {
    id: 'win-rate',
    name: 'Win rate (percent profitable)',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    verified: 'winrate',
    about: 'The share of trades that won. Says little without the size of wins and losses.',
    formula: 'winning trades / closed trades',
    compute: winRate,
  },
  {
    id: 'loss-rate',
    name: 'Loss rate',
    unit: 'percent',
    better: 'lower',
    scope: 'sides',
    about: 'The share of trades that lost.',
    formula: 'losing trades / closed trades',
    compute: (side) => share(losses(side), side),
  },
  {
    id: 'expectancy',
    name: 'Expectancy',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    verified: 'expectancy',
    about: 'What one more trade can be expected to make.',
    formula: 'win rate · average win − loss rate · |average loss|',
    compute: (side) => mean(side.profits) ?? 0,
  },
  {
    id: 'expectancy-ratio',
    name: 'Expectancy ratio',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    verified: 'expectancy_ratio',
    about: 'What is expected for each unit risked.',
    formula: '(1 + average win / |average loss|) · win rate − 1',
    compute: expectancyRatio,
  },
  {
    id: 'trades-per-day',
    name: 'Trades per day',
    unit: 'ratio',
    better: null,
    scope: 'sides',
    verified: 'trades_per_day',
    about: 'Closed trades per day of the run.',
    formula: 'closed trades / days',
    compute: (side) => Math.round((side.closed.length / side.wholeDays) * 100) / 100,
  },
  {
    id: 'trades-per-week',
    name: 'Trades per week',
    unit: 'ratio',
    better: null,
    scope: 'sides',
    about: 'Closed trades per seven days of the run.',
    formula: '7 · closed trades / days',
    compute: (side) => (7 * side.closed.length) / side.wholeDays,
  },
  {
    id: 'trades-per-month',
    name: 'Trades per month',
    unit: 'ratio',
    better: null,
    scope: 'sides',
    about: 'Closed trades per 30.4 days of the run.',
    formula: '(365 / 12) · closed trades / days',
    compute: (side) => ((365 / 12) * side.closed.length) / side.wholeDays,
  },
]

export const trades = inGroup('Trades', counts)
