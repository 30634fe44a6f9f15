import type { ClosedTrade, Inputs, Side } from './inputs'
import { inGroup, type MetricList } from './metric'
import { heldSeconds } from './parts'
import { greatest, least, mean, type Maybe } from './stats'

type Pick = (trade: ClosedTrade) => boolean

const EVERY: Pick = () => true
const WON: Pick = (trade) => trade.profitRatio > 0
const LOST: Pick = (trade) => trade.profitRatio < 0

const held = (side: Side, pick: Pick) => side.closed.filter(pick).map(heldSeconds)

/** Python's rounding: halves go to the even neighbour. */
function roundEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

// Freqtrade rounds averages to whole minutes.
const averageHeld = (side: Side, pick: Pick): number =>
  roundEven((mean(held(side, pick)) ?? 0) / 60) * 60

const candlesHeld = (side: Side, inputs: Inputs, pick: Pick): Maybe =>
  mean(side.closed.filter(pick).map((trade) => (trade.closedAt - trade.openedAt) / inputs.candleMs))

const averages: MetricList = (
  [
    ['', 'Average holding time', 'holding_avg_s', EVERY, 'all trades'],
    ['-winners', 'Average holding time of winners', 'winner_holding_avg_s', WON, 'winning trades'],
    ['-losers', 'Average holding time of losers', 'loser_holding_avg_s', LOST, 'losing trades'],
  ] as const
).flatMap(([suffix, name, verified, pick, which]) => [
  {
    id: `held${suffix}`,
    name,
    unit: 'duration',
    better: null,
    scope: 'sides',
    verified,
    about: `How long ${which} were open on average, to the minute.`,
    formula: 'mean (closing time − opening time)',
    compute: (side) => averageHeld(side, pick),
  },
  {
    id: `candles${suffix}`,
    name: name.replace('Average holding time', 'Average candles held'),
    unit: 'candles',
    better: null,
    scope: 'sides',
    about: `The same in candles of the run’s timeframe (bars in trades).`,
    formula: 'mean (closing time − opening time) / candle',
    compute: (side, inputs) => candlesHeld(side, inputs, pick),
  },
])

const extremes: MetricList = (
  [
    ['shortest-winner', 'Shortest winner', 'winner_holding_min_s', WON, least],
    ['longest-winner', 'Longest winner', 'winner_holding_max_s', WON, greatest],
    ['shortest-loser', 'Shortest loser', 'loser_holding_min_s', LOST, least],
    ['longest-loser', 'Longest loser', 'loser_holding_max_s', LOST, greatest],
  ] as const
).map(([id, name, verified, pick, of]) => ({
  id,
  name,
  unit: 'duration',
  better: null,
  scope: 'sides',
  verified,
  about: 'In whole minutes.',
  formula: `${of === least ? 'min' : 'max'} (closing time − opening time)`,
  compute: (side) => of(held(side, pick)) ?? 0,
}))

export const time = inGroup('Time', [
  {
    id: 'days',
    name: 'Days simulated',
    unit: 'count',
    better: null,
    scope: 'whole',
    about: 'Whole days from the first candle to the last.',
    formula: 'floor ((end − start) / 24 h), at least 1',
    compute: (side) => side.wholeDays,
  },
  ...averages,
  ...extremes,
])
