import type { RegistryEntry } from './api'
import { insert } from './paths'
import { indicatorList, indicatorsOn, isPattern, type Registry } from './registry'
import type { Condition, ConditionKind, Operand, Price, Rule, Spec } from './spec'

export const CLOSE: Price = { kind: 'price', field: 'close', ago: 0 }
const OPEN: Price = { kind: 'price', field: 'open', ago: 0 }
const MOST_NAME = 20

/** A name that nothing else has, in the form that the spec takes. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const known = new Set(taken)
  const clean = wanted
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
  const base = (clean === '' ? 'value' : clean).slice(0, MOST_NAME - 3).replace(/_+$/, '')
  if (!known.has(base)) return base
  for (let number = 2; ; number++) {
    if (!known.has(`${base}_${number}`)) return `${base}_${number}`
  }
}

export function freeTag(wanted: string, spec: Spec): string {
  const tags = new Set(
    [...spec.entries, ...spec.exits].map((step) => step.kind === 'rule' && step.tag),
  )
  if (!tags.has(wanted)) return wanted
  for (let number = 2; ; number++) {
    if (!tags.has(`${wanted} ${number}`)) return `${wanted} ${number}`
  }
}

/** Adds an indicator with the registry's settings; returns the name that conditions use. */
export function addIndicator(
  spec: Spec,
  entry: RegistryEntry,
  frame?: string,
): { spec: Spec; name: string } {
  const known = indicatorsOn(spec, frame)
  const name = freeName(
    entry.name,
    known.map((use) => use.name),
  )
  const use = {
    kind: 'indicator',
    name,
    indicator: entry.name,
    settings: Object.fromEntries(entry.settings.map((each) => [each.name, each.default])),
    source: CLOSE,
  }
  const list = indicatorList(spec, frame)
  const { length } = frame === undefined ? spec.indicators : listOf(spec, frame)
  return { spec: insert(spec, list, length, use), name }
}

function listOf(spec: Spec, frame: string): readonly unknown[] {
  return spec.informatives.find(({ name }) => name === frame)?.indicators ?? []
}

/** A value of an indicator: its first output. */
export function valueOf(entry: RegistryEntry | undefined, name: string, frame?: string): Operand {
  const output = entry?.outputs[0]?.name ?? ''
  return { kind: 'indicator', name, output, ago: 0, ...(frame === undefined ? {} : { frame }) }
}

/** Two values that are worth comparing, of what the strategy has: a price and its average, or an oscillator and 50. */
function pairOf(spec: Spec, registry: Registry): { left: Operand; right: Operand } {
  const uses = indicatorsOn(spec, undefined).filter((use) => !isPattern(registry, use))
  const last = uses.at(-1)
  if (last === undefined) return { left: CLOSE, right: OPEN }
  const entry = registry.get(last.indicator)
  const value = valueOf(entry, last.name)
  const isOver = entry?.outputs[0]?.pane === 'price'
  return isOver ? { left: CLOSE, right: value } : { left: value, right: 50 }
}

/** A new condition of a kind that makes sense with what the strategy has. */
export function newCondition(
  kind: Exclude<ConditionKind, 'code' | 'pattern' | 'switch'>,
  spec: Spec,
  registry: Registry,
): Condition {
  const { left, right } = pairOf(spec, registry)
  const varying = left
  switch (kind) {
    case 'compare':
      return { kind, left, sign: '>', right }
    case 'crosses':
      return { kind, left, direction: 'above', right }
    case 'moves':
      return { kind, operand: varying, direction: 'rising', candles: 3 }
    case 'between':
      return { kind, operand: varying, low: typeof right === 'number' ? 40 : right, high: 60 }
    case 'distance':
      return {
        kind,
        operand: CLOSE,
        reference: right === 50 ? OPEN : right,
        side: 'below',
        percent: 2,
      }
    case 'time':
      return { kind, start: '08:00', end: '16:00' }
    case 'weekdays':
      return { kind, days: ['mon', 'tue', 'wed', 'thu', 'fri'] }
    case 'all':
    case 'any':
      return {
        kind,
        conditions: [
          newCondition('compare', spec, registry),
          newCondition('crosses', spec, registry),
        ],
      }
    case 'not':
      return { kind, condition: newCondition('compare', spec, registry) }
    case 'within':
      return { kind, condition: newCondition('crosses', spec, registry), candles: 3 }
  }
}

export function newRule(
  spec: Spec,
  registry: Registry,
  { way, side }: { way: 'entries' | 'exits'; side: Rule['side'] },
): Rule {
  const crossing = newCondition('crosses', spec, registry)
  const when: Condition =
    way === 'exits' && crossing.kind === 'crosses' ? { ...crossing, direction: 'below' } : crossing
  return { kind: 'rule', tag: freeTag(way === 'entries' ? 'entry' : 'exit', spec), side, when }
}
