import type { Inputs } from './inputs'
import { inGroup, type Metric } from './metric'
import type { Maybe } from './stats'

const COUNTERS = [
  ['rejected_signals', 'Rejected entry signals', 'Entry signals without a free slot or stake.'],
  ['timedout_entry_orders', 'Entry orders timed out', 'Entry orders that were not filled in time.'],
  ['timedout_exit_orders', 'Exit orders timed out', 'Exit orders that were not filled in time.'],
  [
    'canceled_trade_entries',
    'Cancelled trade entries',
    'Trades given up because their first order was cancelled at the strategy’s wish.',
  ],
  [
    'canceled_entry_orders',
    'Cancelled entry orders',
    'Entry orders cancelled because the strategy asked for another price.',
  ],
  [
    'replaced_entry_orders',
    'Replaced entry orders',
    'Entry orders that a new one at another price took the place of.',
  ],
] as const

function counter(name: string, { summary }: Inputs): Maybe {
  const value = summary.reported[name]
  return typeof value === 'number' ? value : null
}

/** Freqtrade's own counters: nothing in the trades shows them, so they cannot be recomputed. */
export const reported: Metric[] = inGroup(
  'Reported by Freqtrade',
  COUNTERS.map(([id, name, about]) => ({
    id,
    name,
    unit: 'count',
    better: null,
    scope: 'whole',
    about: `${about} Freqtrade’s own count, not recomputed.`,
    formula: `${id} in Freqtrade’s result`,
    compute: (_, inputs) => counter(id, inputs),
  })),
)
