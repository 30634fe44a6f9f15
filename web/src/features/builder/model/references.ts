import { freeName } from './making'
import { get, set } from './paths'
import type { Num, Parameter, Spec } from './spec'

type Item = Readonly<Record<string, unknown>>

/** The spec with every object that `change` gives something else for replaced; the rest stays the same. */
function mapObjects<T>(
  root: T,
  change: (item: Item, frame: string | undefined) => unknown,
  frame?: string,
): T {
  if (Array.isArray(root)) {
    const items = root.map((item: unknown) => mapObjects(item, change, frame))
    return (items.every((item, index) => item === root[index]) ? root : items) as T
  }
  if (typeof root !== 'object' || root === null) return root
  const changed = change(root as Item, frame)
  if (changed !== root) return changed as T
  const entries = Object.entries(root).map(
    ([key, value]) => [key, mapObjects(value, change, frame)] as const,
  )
  const isSame = entries.every(([key, value]) => value === (root as Item)[key])
  return isSame ? root : (Object.fromEntries(entries) as T)
}

function isParameterUse(item: Item, name: string): boolean {
  const { kind } = item
  // A switch has no more than its parameter's name; a parameter that is one has a default too.
  return (kind === 'parameter' || kind === 'switch') && item['name'] === name
}

/** Renames a parameter and every use of it. */
export function renameParameter(spec: Spec, index: number, name: string): Spec {
  const before = spec.parameters[index]?.name
  if (before === undefined) return spec
  const renamed = set(spec, `parameters.${index}.name`, name)
  return mapObjects(renamed, (item) => (isParameterUse(item, before) ? { ...item, name } : item))
}

/** Takes a parameter away; its default stands where it was used. */
export function dissolveParameter(spec: Spec, index: number): Spec {
  const parameter = spec.parameters[index]
  if (parameter === undefined) return spec
  const rest = { ...spec, parameters: spec.parameters.filter((_, at) => at !== index) }
  if (parameter.kind === 'bool') return rest
  return mapObjects(rest, (item) =>
    isParameterUse(item, parameter.name) ? parameter.default : item,
  )
}

export function countParameterUses(spec: Spec, name: string): number {
  let count = 0
  mapObjects(spec, (item) => {
    if (isParameterUse(item, name)) count += 1
    return item
  })
  return count
}

export interface Wish {
  name: string
  low?: number
  high?: number
  isWhole?: boolean
  space?: Parameter['space']
}

/** Puts a parameter in the place of the number at a path, with that number as its default. */
export function makeParameter(spec: Spec, path: string, wish: Wish): Spec {
  const value = get(spec, path) as Num | undefined
  if (typeof value !== 'number') return spec
  const name = freeName(
    wish.name,
    spec.parameters.map((each) => each.name),
  )
  const parameter = parameterAround(name, value, wish)
  const added = { ...spec, parameters: [...spec.parameters, parameter] }
  return set(added, path, { kind: 'parameter', name })
}

function parameterAround(name: string, value: number, wish: Wish): Parameter {
  const about = { name, space: wish.space ?? 'buy', optimize: true } as const
  const isWhole = wish.isWhole ?? Number.isInteger(value)
  const reach = value === 0 ? 1 : Math.abs(value) / 2
  const within = (end: number) =>
    Math.min(wish.high ?? Infinity, Math.max(wish.low ?? -Infinity, end))
  if (isWhole) {
    const low = Math.floor(within(value - Math.max(1, reach)))
    return {
      ...about,
      kind: 'int',
      low,
      high: Math.ceil(within(value + Math.max(1, reach))),
      default: value,
    }
  }
  const decimals = Math.min(8, Math.max(2, (String(value).split('.')[1] ?? '').length + 1))
  const round = (end: number) => Number(end.toFixed(decimals))
  return {
    ...about,
    kind: 'decimal',
    low: round(within(value - reach)),
    high: round(within(value + reach)),
    default: value,
    decimals,
  }
}

/** A switch for new conditions: one that is there already, or a new one. */
export function withSwitch(spec: Spec): { spec: Spec; name: string } {
  const known = spec.parameters.find(({ kind }) => kind === 'bool')
  if (known !== undefined) return { spec, name: known.name }
  return withNewSwitch(spec)
}

function withNewSwitch(spec: Spec): { spec: Spec; name: string } {
  const name = freeName(
    'use_filter',
    spec.parameters.map((each) => each.name),
  )
  const made: Parameter = { kind: 'bool', name, default: true, space: 'buy', optimize: true }
  return { spec: { ...spec, parameters: [...spec.parameters, made] }, name }
}

/** Lets a new parameter switch a condition off: it counts only while the parameter is on. */
export function makeSwitchable(spec: Spec, path: string): Spec {
  const { spec: added, name } = withNewSwitch(spec)
  const condition = get(spec, path)
  return set(added, path, {
    kind: 'any',
    conditions: [condition, { kind: 'not', condition: { kind: 'switch', name } }],
  })
}

/** Puts a plain number in the place of a parameter's use; a parameter that nothing uses then goes. */
export function makeNumber(spec: Spec, path: string): Spec {
  const use = get(spec, path) as Num | undefined
  if (typeof use !== 'object') return spec
  const parameter = spec.parameters.find(({ name }) => name === use.name)
  const value = parameter === undefined || parameter.kind === 'bool' ? 0 : parameter.default
  const plain = set(spec, path, value)
  if (countParameterUses(plain, use.name) > 0) return plain
  return { ...plain, parameters: plain.parameters.filter(({ name }) => name !== use.name) }
}

/** Renames an indicator of the strategy's candles, or of an informative's, and every use of it. */
export function renameIndicator(spec: Spec, path: string, name: string): Spec {
  const before = get(spec, `${path}.name`)
  const within = frameOf(spec, path)
  const renamed = set(spec, `${path}.name`, name)
  return eachReference(renamed, (item, frame) =>
    item['name'] === before && frame === within ? { ...item, name } : item,
  )
}

/** How many conditions, sources and stops use an indicator. */
export function countIndicatorUses(spec: Spec, path: string): number {
  const name = get(spec, `${path}.name`)
  const within = frameOf(spec, path)
  let count = 0
  eachReference(spec, (item, frame) => {
    if (item['name'] === name && frame === within) count += 1
    return item
  })
  return count
}

/** Renames an informative and every use of it. */
export function renameInformative(spec: Spec, index: number, name: string): Spec {
  const before = spec.informatives[index]?.name
  const renamed = set(spec, `informatives.${index}.name`, name)
  return mapObjects(renamed, (item) =>
    item['frame'] === before && before !== undefined ? { ...item, frame: name } : item,
  )
}

function frameOf(spec: Spec, path: string): string | undefined {
  const [part, index] = path.split('.')
  return part === 'informatives' ? spec.informatives[Number(index)]?.name : undefined
}

/** Visits each use of an indicator, with the candles that it is on; as an object with a `name`. */
function eachReference(spec: Spec, change: (item: Item, frame: string | undefined) => Item): Spec {
  const visit = (root: unknown, own: string | undefined): unknown =>
    mapObjects(root, (item) => {
      const isValue = item['kind'] === 'indicator' && 'output' in item
      if (!isValue && item['kind'] !== 'pattern') return item
      return change(item, (item['frame'] as string | undefined) ?? own)
    })
  const informatives = spec.informatives.map((each) => visit(each, each.name))
  const rest = visit({ ...spec, informatives: [] }, undefined) as Spec
  const visited = { ...rest, informatives } as Spec
  const stop = visited.risk.range_stop
  if (stop === undefined) return visited
  const changed = change({ name: stop.indicator }, undefined)
  return changed['name'] === stop.indicator
    ? visited
    : set(visited, 'risk.range_stop.indicator', changed['name'])
}

/** Whether code that blocks cannot show is in there: it is never moved or dropped. */
export function holdsCode(value: unknown): boolean {
  let found = false
  mapObjects(value, (item) => {
    if (item['kind'] === 'code') found = true
    return item
  })
  return found
}
