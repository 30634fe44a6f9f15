import type { Inputs, Side } from './inputs'
import type { Maybe } from './stats'

export type Unit = 'money' | 'percent' | 'ratio' | 'count' | 'duration' | 'candles'

export const GROUPS = [
  'Result',
  'Trades',
  'Winners and losers',
  'Time',
  'Risk',
  'Risk-adjusted return',
  'Against the market',
  'Capital',
  'Reported by Freqtrade',
] as const
export type Group = (typeof GROUPS)[number]

/** One figure of a result. Ratios and percents are fractions, durations seconds, money stake currency. */
export interface Metric {
  id: string
  name: string
  group: Group
  unit: Unit
  /** Which way is better; null where neither is. */
  better: 'higher' | 'lower' | null
  /** What it says, in a sentence. */
  about: string
  formula: string
  /** `sides`: computed for long and short too; `whole`: only for the whole result. */
  scope: 'sides' | 'whole'
  /** Its name among the figures that the platform's verifier recomputed: then theirs is shown. */
  verified?: string
  compute: (side: Side, inputs: Inputs) => Maybe
}

export type MetricList = readonly Omit<Metric, 'group'>[]

export function inGroup(group: Group, metrics: MetricList): Metric[] {
  return metrics.map((metric) => ({ ...metric, group }))
}
