import type { Plan } from './plan'

/** A plan before anything was chosen. */
export const EMPTY_PLAN: Plan = {
  strategyId: '',
  version: 1,
  parameterSet: '',
  exchange: '',
  pairs: [],
  timeframe: '5m',
  timeframeDetail: '',
  start: '',
  end: '',
  wallet: '1000',
  stake: 'unlimited',
  stakeAmount: '',
  maxOpenTrades: 5,
  feePercent: '',
  enableProtections: false,
  tradingMode: 'spot',
  loop: 'skipping',
}

/** What an earlier run was made with; structurally a run's view. */
export interface EarlierRun {
  strategy: { id: string; version: number }
  spec: {
    exchange: string
    pairs: readonly string[]
    timeframe: string
    timeframeDetail: string | null
    start: string
    end: string
    stakeAmount: string | null
    wallet: string
    maxOpenTrades: number
    fee: string | null
    enableProtections: boolean
    tradingMode: 'spot' | 'futures'
  }
}

/** The plan that an earlier run stands for. Its exclusive end becomes the last day. */
export function planOf({ strategy, spec }: EarlierRun): Plan {
  return {
    strategyId: strategy.id,
    version: strategy.version,
    parameterSet: '',
    exchange: spec.exchange,
    pairs: [...spec.pairs],
    timeframe: spec.timeframe,
    timeframeDetail: spec.timeframeDetail ?? '',
    start: new Date(spec.start).toISOString().slice(0, 10),
    end: new Date(Date.parse(spec.end) - 1).toISOString().slice(0, 10),
    wallet: spec.wallet,
    stake: spec.stakeAmount === null ? 'unlimited' : 'fixed',
    stakeAmount: spec.stakeAmount ?? '',
    maxOpenTrades: spec.maxOpenTrades,
    feePercent: spec.fee === null ? '' : fractionToPercent(spec.fee),
    enableProtections: spec.enableProtections,
    tradingMode: spec.tradingMode,
    loop: 'skipping',
  }
}

/** "0.00075" → "0.075", exactly. */
export function fractionToPercent(fraction: string): string {
  const [whole = '0', decimals = ''] = fraction.split('.')
  const moved = decimals.padEnd(2, '0')
  const digits = (whole + moved.slice(0, 2)).replace(/^0+(?=\d)/, '')
  const rest = moved.slice(2).replace(/0+$/, '')
  return rest === '' ? digits : `${digits}.${rest}`
}

const NAMES: Record<keyof Plan, string> = {
  strategyId: 'strategy',
  version: 'version',
  parameterSet: 'parameters',
  exchange: 'exchange',
  pairs: 'pairs',
  timeframe: 'timeframe',
  timeframeDetail: 'detail',
  start: 'first day',
  end: 'last day',
  wallet: 'money',
  stake: 'stake',
  stakeAmount: 'stake',
  maxOpenTrades: 'open trades',
  feePercent: 'fee',
  enableProtections: 'protections',
  tradingMode: 'market',
  loop: 'engine',
}

/** Names of what differs between two plans. */
export function changedFields(before: Plan, after: Plan): string[] {
  const keys = Object.keys(NAMES) as (keyof Plan)[]
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  return [...new Set(changed.map((key) => NAMES[key]))]
}
