import type { Summary } from '../schemas'

import { adjusted } from './adjusted'
import { capital } from './capital'
import { type Inputs, type SideName, SIDES } from './inputs'
import { market } from './market'
import { GROUPS, type Group, type Metric } from './metric'
import { reported } from './reported'
import { result } from './result'
import { risk } from './risk'
import { ratio, type Maybe } from './stats'
import { time } from './time'
import { trades } from './trades'
import { winnersAndLosers } from './winners'

export const METRICS: readonly Metric[] = [
  ...result,
  ...trades,
  ...winnersAndLosers,
  ...time,
  ...risk,
  ...adjusted,
  ...market,
  ...capital,
  ...reported,
]

/** What other tools show and we do not, with the reason. */
export const NOT_COMPUTED: readonly { name: string; why: string }[] = [
  {
    name: 'Capacity and lowest-capacity asset (QuantConnect)',
    why: 'They need the order book’s depth; candles do not hold it.',
  },
  {
    name: 'Highest intrabar run-up and drawdown of the balance (TradingView)',
    why: 'Within a candle the order in which pairs reached their extremes is unknown. The balance is marked at each candle’s close; run-up and drawdown of single trades do use the extremes.',
  },
  {
    name: 'Slippage paid',
    why: 'Freqtrade fills at the order’s price. The cost curve on the overview shows what slippage would have cost.',
  },
  {
    name: 'Live and out-of-sample figures (QuantConnect)',
    why: 'A backtest has no live part.',
  },
]

/** One line of the table. `isVerified` marks the columns that the platform's verifier recomputed. */
export interface MetricRow {
  metric: Metric
  values: Record<SideName, Maybe>
  isVerified: Record<SideName, boolean>
}

export function metricRow(metric: Metric, inputs: Inputs): MetricRow {
  const values: Record<SideName, Maybe> = { all: null, long: null, short: null }
  const isVerified: Record<SideName, boolean> = { all: false, long: false, short: false }
  for (const name of SIDES) {
    if (name !== 'all' && metric.scope === 'whole') continue
    const verified = verifiedValue(metric, name, inputs.summary)
    isVerified[name] = verified !== undefined
    values[name] = verified === undefined ? computed(metric, name, inputs) : verified
  }
  return { metric, values, isVerified }
}

/** Our own computation, also where the verifier has the figure; held against it in the tests. */
export function computed(metric: Metric, name: SideName, inputs: Inputs): Maybe {
  const value = metric.compute(inputs.sides[name], inputs)
  return value === null || Number.isNaN(value) ? null : value
}

export function metricTable(inputs: Inputs): { group: Group; rows: MetricRow[] }[] {
  return GROUPS.map((group) => ({
    group,
    rows: METRICS.filter((metric) => metric.group === group).map((metric) =>
      metricRow(metric, inputs),
    ),
  }))
}

// Freqtrade's marks for ratios without a denominator, which say nothing to a reader.
const MARKS: Readonly<Record<string, number>> = {
  sharpe: -100,
  sortino: -100,
  calmar: -100,
  sqn: -100,
  expectancy_ratio: 100,
  profit_factor: 0,
}

/** The verifier's value; `undefined` where it has none, null where the figure is not defined. */
export function verifiedValue(metric: Metric, side: SideName, summary: Summary): Maybe | undefined {
  const key = metric.verified
  if (key === undefined) return undefined
  const { closedTrades, balance, holding, tables } = summary.verified
  const short = key.replace('balance.', '')
  const row = tables.directions.find((each) => each.key === side)
  const value =
    side !== 'all'
      ? row?.figures[key]
      : key.startsWith('balance.')
        ? balance[short]
        : key.startsWith('max_drawdown_')
          ? ratio(closedTrades.drawdown?.[key.endsWith('abs') ? 'amount' : 'ratio'] ?? null, 1)
          : (holding[key] ?? closedTrades[key])
  if (value === undefined || typeof value === 'object') return value === null ? null : undefined
  return value === MARKS[short] && isUndefinedThere(short, side, summary) ? null : value
}

// A profit factor of 0 may be true (no winners); it is a mark only without losers.
function isUndefinedThere(key: string, side: SideName, { verified }: Summary): boolean {
  if (key !== 'profit_factor' && key !== 'expectancy_ratio') return true
  const row = verified.tables.directions.find((each) => each.key === side)
  const figures = side === 'all' ? verified.closedTrades : row?.figures
  return figures?.['losses'] === 0
}
