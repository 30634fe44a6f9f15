import type { Inputs, Side } from './inputs'
import { inGroup } from './metric'
import { DAY_MS, tiedUp, volumeOf } from './parts'
import { greatest, mean, ratio, sum, type Maybe } from './stats'

/** Stake tied up, averaged over the run's time. */
function averageTiedUp(side: Side, { equity, candleMs }: Inputs): Maybe {
  const end = equity.start + equity.candles * candleMs
  const steps = tiedUp(side)
  if (end <= equity.start) return null
  const area = sum(
    steps.map(({ at, stake }, index) => stake * ((steps[index + 1]?.at ?? end) - at)),
  )
  return area / (end - equity.start)
}

const mostTiedUp = (side: Side): number => greatest(tiedUp(side).map((step) => step.stake)) ?? 0

const deepest = ({ summary }: Inputs): number => summary.verified.balance['max_drawdown_abs'] ?? 0

const accountSize = (side: Side, inputs: Inputs): number => mostTiedUp(side) + deepest(inputs)

function turnover(side: Side, { daily, equity, candleMs }: Inputs): Maybe {
  const days = (equity.candles * candleMs) / DAY_MS
  const balance = mean(daily.balances)
  return balance === null ? null : ratio(sum(side.closed.map(volumeOf)), balance * days)
}

export const capital = inGroup('Capital', [
  {
    id: 'exposure',
    name: 'Time in the market',
    unit: 'percent',
    better: null,
    scope: 'whole',
    verified: 'balance.exposure',
    about: 'The share of candles at whose close at least one position was open.',
    formula: 'candles with a position / candles',
    compute: () => null,
  },
  {
    id: 'exposure-capital',
    name: 'Exposure',
    unit: 'percent',
    better: null,
    scope: 'sides',
    about: 'The share of the starting balance that was tied up on average.',
    formula: 'average stake tied up / starting balance',
    compute: (side, inputs) => ratio(averageTiedUp(side, inputs), side.startingBalance),
  },
  {
    id: 'average-stake',
    name: 'Average stake',
    unit: 'money',
    better: null,
    scope: 'sides',
    about: 'What was staked on a trade on average, added entries included.',
    formula: 'mean stake',
    compute: (side) => mean(side.closed.map((trade) => trade.stake)),
  },
  {
    id: 'average-margin',
    name: 'Average margin used',
    unit: 'money',
    better: null,
    scope: 'sides',
    about: 'Stake tied up in all trades at once, averaged over time.',
    formula: '∫ stake tied up dt / time',
    compute: averageTiedUp,
  },
  {
    id: 'max-margin',
    name: 'Most margin used',
    unit: 'money',
    better: null,
    scope: 'sides',
    about: 'The most that was tied up at once.',
    formula: 'max stake tied up',
    compute: mostTiedUp,
  },
  {
    id: 'margin-efficiency',
    name: 'Margin efficiency',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    about: 'Net profit for the margin used on average.',
    formula: 'net profit / average margin used',
    compute: (side, inputs) => ratio(sum(side.profits), averageTiedUp(side, inputs)),
  },
  {
    id: 'account-size',
    name: 'Account size required',
    unit: 'money',
    better: 'lower',
    scope: 'whole',
    about: 'What would have been enough: the most margin used, and the deepest drawdown on top.',
    formula: 'most margin used + deepest drawdown of the balance',
    compute: accountSize,
  },
  {
    id: 'return-on-account-size',
    name: 'Return on account size required',
    unit: 'percent',
    better: 'higher',
    scope: 'whole',
    about: 'Net profit for what would have been enough.',
    formula: 'net profit / account size required',
    compute: (side, inputs) => ratio(sum(side.profits), accountSize(side, inputs)),
  },
  {
    id: 'turnover',
    name: 'Turnover per day',
    unit: 'percent',
    better: null,
    scope: 'sides',
    about: 'The share of the wallet that was bought or sold on an average day.',
    formula: 'traded volume / mean balance / days',
    compute: turnover,
  },
  {
    id: 'most-positions',
    name: 'Most positions at once',
    unit: 'count',
    better: null,
    scope: 'whole',
    about: 'The most trades that were open at the close of a candle.',
    formula: 'max positions',
    compute: (_side, { equity }) => greatest(equity.positions) ?? 0,
  },
  {
    id: 'largest-amount',
    name: 'Largest position',
    unit: 'money',
    better: null,
    scope: 'sides',
    about: 'The highest value of one position (contracts held), leverage included.',
    formula: 'max stake · leverage',
    compute: (side) => greatest(side.closed.map((trade) => trade.stake * trade.leverage)),
  },
  {
    id: 'liquidations',
    name: 'Liquidations (margin calls)',
    unit: 'count',
    better: 'lower',
    scope: 'sides',
    about: 'Trades that the exchange would have closed by force.',
    formula: 'count of exit reason “liquidation”',
    compute: (side) => side.closed.filter((trade) => trade.exitReason === 'liquidation').length,
  },
  {
    id: 'liquidated',
    name: 'Liquidated volume',
    unit: 'money',
    better: 'lower',
    scope: 'sides',
    about: 'The stakes of those trades.',
    formula: 'Σ stake of liquidated trades',
    compute: (side) =>
      sum(
        side.closed
          .filter((trade) => trade.exitReason === 'liquidation')
          .map((trade) => trade.stake),
      ),
  },
])
