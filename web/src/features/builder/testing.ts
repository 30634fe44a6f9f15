import type { Example, RegistryEntry } from './model/api'
import type { Condition, Rule, Spec } from './model/spec'

const entry = (
  name: string,
  title: string,
  changes: Partial<RegistryEntry> = {},
): RegistryEntry => ({
  name,
  title,
  meaning: `What ${title} means.`,
  group: 'trend',
  settings: [{ name: 'length', title: 'Length', default: 14, low: 2, high: 500, isWhole: true }],
  outputs: [{ name: '', title, pane: 'price' }],
  inputs: [],
  hasSource: true,
  warmUp: 14,
  ...changes,
})

/** A small registry: an average, an oscillator, one with several lines, and a pattern. */
export const REGISTRY: readonly RegistryEntry[] = [
  entry('ema', 'Exponential moving average'),
  entry('rsi', 'Relative strength index', {
    group: 'momentum',
    outputs: [{ name: '', title: 'Relative strength index', pane: 'own' }],
  }),
  entry('bollinger', 'Bollinger bands', {
    group: 'volatility',
    outputs: [
      { name: 'upper', title: 'Upper band', pane: 'price' },
      { name: 'lower', title: 'Lower band', pane: 'price' },
    ],
  }),
  entry('hammer', 'Hammer', { group: 'pattern', settings: [], hasSource: false }),
]

export const CLOSE_ABOVE_FAST: Condition = {
  kind: 'compare',
  left: { kind: 'price', field: 'close', ago: 0 },
  sign: '>',
  right: { kind: 'indicator', name: 'fast', output: '', ago: 0 },
}

export const LOW_RSI: Condition = {
  kind: 'compare',
  left: { kind: 'indicator', name: 'rsi', output: '', ago: 0 },
  sign: '<',
  right: 30,
}

export const WEEKEND: Condition = { kind: 'weekdays', days: ['sat', 'sun'] }

export function aRule(when: Condition, changes: Partial<Rule> = {}): Rule {
  return { kind: 'rule', tag: 'dip', side: 'long', when, ...changes }
}

export function aSpec(changes: Partial<Spec> = {}): Spec {
  const close = { kind: 'price', field: 'close', ago: 0 } as const
  return {
    version: 1,
    name: 'Dips',
    description: '',
    timeframe: '1h',
    can_short: false,
    parameters: [],
    informatives: [],
    indicators: [
      {
        kind: 'indicator',
        name: 'fast',
        indicator: 'ema',
        settings: { length: 12 },
        source: close,
      },
      { kind: 'indicator', name: 'rsi', indicator: 'rsi', settings: { length: 14 }, source: close },
    ],
    entries: [aRule({ kind: 'all', conditions: [CLOSE_ABOVE_FAST, LOW_RSI] })],
    exits: [],
    risk: { targets: [], stop_loss: 0.1, steps: [] },
    position: { added: [] },
    protections: [],
    code: [],
    ...changes,
  }
}

export function anExample(changes: Partial<Example> = {}): Example {
  return {
    name: 'GoldenCross',
    description: 'Holds while a short mean is above a long one.',
    timeframe: '1h',
    sentence: 'On 1h candles: …',
    spec: aSpec({ name: 'GoldenCross', entries: [aRule(WEEKEND, { tag: 'golden' })] }),
    ...changes,
  }
}
