import type { Side } from './inputs'
import { inGroup } from './metric'
import { sum, ratio, mean, median, type Maybe } from './stats'
import { feesOf, marketChange, volumeOf } from './parts'

const isGain = (value: number) => value > 0
const isLoss = (value: number) => value < 0

export const grossProfit = (side: Side): number => sum(side.profits.filter(isGain))
export const grossLoss = (side: Side): number => sum(side.profits.filter(isLoss))
export const netProfit = (side: Side): number => sum(side.profits)

/** Compound annual growth; 0 where it is not defined, as Freqtrade has it. */
export function cagr(side: Side): Maybe {
  const growth = side.finalBalance / side.startingBalance
  if (side.finalBalance < 0 || side.startingBalance <= 0) return 0
  const yearly = growth ** (365 / side.wholeDays) - 1
  return Number.isFinite(yearly) ? yearly : 0
}

export const result = inGroup('Result', [
  {
    id: 'initial-capital',
    name: 'Starting balance',
    unit: 'money',
    better: null,
    scope: 'whole',
    about: 'What the simulated wallet held at the start.',
    formula: 'wallet of the settings',
    compute: (side) => side.startingBalance,
  },
  {
    id: 'final-balance',
    name: 'Final balance',
    unit: 'money',
    better: 'higher',
    scope: 'whole',
    about: 'The wallet at the end, open positions at their last price.',
    formula: 'start + Σ profit of closed trades + unrealised profit of open ones',
    compute: (side) => side.finalBalance,
  },
  {
    id: 'net-profit',
    name: 'Net profit',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    verified: 'profit_total_abs',
    about: 'What all closed trades made together, fees paid.',
    formula: 'Σ profit',
    compute: netProfit,
  },
  {
    id: 'net-profit-ratio',
    name: 'Net profit (return on initial capital)',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    verified: 'profit_total',
    about: 'Net profit as a share of the starting balance.',
    formula: 'Σ profit / starting balance',
    compute: (side) => netProfit(side) / side.startingBalance,
  },
  {
    id: 'open-profit',
    name: 'Open profit',
    unit: 'money',
    better: 'higher',
    scope: 'whole',
    about: 'Unrealised profit of positions that were still open at the end.',
    formula: 'final balance − starting balance − net profit',
    compute: (side) => side.finalBalance - side.startingBalance - netProfit(side),
  },
  {
    id: 'cagr',
    name: 'Annual growth (CAGR)',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    verified: 'cagr',
    about: 'The yearly growth that would lead from the start to the final balance.',
    formula: '(final balance / starting balance)^(365 / days) − 1',
    compute: cagr,
  },
  {
    id: 'gross-profit',
    name: 'Gross profit',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'What the winning trades made together.',
    formula: 'Σ profit of trades with profit > 0',
    compute: grossProfit,
  },
  {
    id: 'gross-loss',
    name: 'Gross loss',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'What the losing trades lost together.',
    formula: 'Σ profit of trades with profit < 0',
    compute: grossLoss,
  },
  {
    id: 'profit-factor',
    name: 'Profit factor',
    unit: 'ratio',
    better: 'higher',
    scope: 'sides',
    verified: 'profit_factor',
    about: 'How much was won for each unit lost. Above 1 is a profit.',
    formula: 'gross profit / |gross loss|',
    compute: (side) => ratio(grossProfit(side), -grossLoss(side)),
  },
  {
    id: 'average-profit',
    name: 'Average profit per trade (expected payoff)',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'What a trade made on average.',
    formula: 'net profit / trades',
    compute: (side) => mean(side.profits),
  },
  {
    id: 'average-profit-ratio',
    name: 'Average profit per trade, relative',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    verified: 'profit_mean',
    about: 'The mean of the trades’ returns on their stakes.',
    formula: 'Σ (profit / stake · leverage) / trades',
    compute: (side) => mean(side.ratios) ?? 0,
  },
  {
    id: 'median-profit-ratio',
    name: 'Median profit per trade, relative',
    unit: 'percent',
    better: 'higher',
    scope: 'sides',
    verified: 'profit_median',
    about: 'Half of the trades did better than this, half did worse.',
    formula: 'median (profit / stake · leverage)',
    compute: (side) => median(side.ratios) ?? 0,
  },
  {
    id: 'fees',
    name: 'Fees paid',
    unit: 'money',
    better: 'lower',
    scope: 'sides',
    about: 'Fees of all orders of closed trades; they are inside every profit shown.',
    formula: 'Σ amount · price · fee over all orders',
    compute: (side) => sum(side.closed.map(feesOf)),
  },
  {
    id: 'funding',
    name: 'Funding fees',
    unit: 'money',
    better: 'higher',
    scope: 'sides',
    about: 'Funding received (above zero) or paid on futures.',
    formula: 'Σ funding fees',
    compute: (side) => sum(side.closed.map((trade) => trade.fundingFees ?? 0)),
  },
  {
    id: 'volume',
    name: 'Traded volume',
    unit: 'money',
    better: null,
    scope: 'sides',
    verified: 'total_volume',
    about: 'The value of everything bought and sold.',
    formula: 'Σ amount · price over all orders of closed trades',
    compute: (side) => sum(side.closed.map(volumeOf)),
  },
  {
    id: 'hold-profit',
    name: 'Buy and hold',
    unit: 'money',
    better: null,
    scope: 'whole',
    about: 'What holding all pairs in equal stakes from start to end would have made.',
    formula: 'buy-and-hold balance at the end − starting balance',
    compute: (side, { equity }) => {
      const last = equity.days.buyAndHold.at(-1)
      return last === undefined ? null : last - side.startingBalance
    },
  },
  {
    id: 'hold-return',
    name: 'Buy and hold, relative',
    unit: 'percent',
    better: null,
    scope: 'whole',
    about: 'The same as a share of the starting balance.',
    formula: 'buy and hold / starting balance',
    compute: (side, { equity }) => {
      const last = equity.days.buyAndHold.at(-1)
      return last === undefined ? null : last / side.startingBalance - 1
    },
  },
  {
    id: 'outperformance',
    name: 'Better than buy and hold by',
    unit: 'money',
    better: 'higher',
    scope: 'whole',
    about: 'How much the final balance lies above that of buy and hold.',
    formula: 'final balance − buy-and-hold balance',
    compute: (side, { equity }) => {
      const last = equity.days.buyAndHold.at(-1)
      return last === undefined ? null : side.finalBalance - last
    },
  },
  {
    id: 'market-change',
    name: 'Market change',
    unit: 'percent',
    better: null,
    scope: 'whole',
    about: 'How the mean of the pairs’ prices changed.',
    formula: 'mean over pairs of (last close / first close) − 1',
    compute: (_side, inputs) => marketChange(inputs),
  },
])
