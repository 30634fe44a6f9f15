import { get, insert, isGroup, isInside, listAt, placeOf, remove, set, tidyRules } from './paths'
import type { Condition, Spec } from './spec'

/** Where conditions can go: behind or before another one, or to the end of what is at a path. */
export type Target =
  { kind: 'beside'; path: string; edge: 'before' | 'after' } | { kind: 'end'; path: string }

const HOLE: Condition = { kind: 'code', code: '' }

/** Adds a condition where the target says; a condition that stood alone gets company. */
export function addCondition(spec: Spec, target: Target, condition: Condition): Spec {
  return tidyRules(placed(spec, target, condition))
}

export function removeCondition(spec: Spec, path: string): Spec {
  return tidyRules(emptied(spec, path))
}

/** Moves a condition with all that is in it; into itself it cannot go. */
export function moveCondition(spec: Spec, from: string, target: Target): Spec {
  const moved = get(spec, from) as Condition | undefined
  if (moved === undefined || isInside(target.path, from)) return spec
  // The hole keeps every path true until the condition has its new place.
  const holed = set(spec, from, HOLE)
  const there = placed(holed, target, moved)
  return tidyRules(withoutHole(there))
}

/** Puts a condition into a group of the other kind with a new one. */
export function groupCondition(spec: Spec, path: string, added: Condition): Spec {
  const condition = get(spec, path) as Condition
  const outer = placeOf(path)
  const parent =
    outer === null ? null : (get(spec, outer.list.replace(/\.conditions$/, '')) as Condition)
  const kind = parent?.kind === 'any' ? 'all' : 'any'
  return tidyRules(set(spec, path, { kind, conditions: [condition, added] }))
}

/** Wraps a condition in a `not` or a `within`, or takes the wrapping away. */
export function wrapCondition(spec: Spec, path: string, kind: 'not' | 'within'): Spec {
  const condition = get(spec, path) as Condition
  const wrapped: Condition = kind === 'not' ? { kind, condition } : { kind, condition, candles: 3 }
  return tidyRules(set(spec, path, wrapped))
}

export function unwrapCondition(spec: Spec, path: string): Spec {
  const condition = get(spec, path) as Condition
  if (condition.kind === 'not' || condition.kind === 'within') {
    return tidyRules(set(spec, path, condition.condition))
  }
  return spec
}

/** Where a step up or down takes a condition: past its neighbour, into a neighbouring group, or out of its own. */
export function stepTarget(spec: Spec, path: string, by: -1 | 1): Target | null {
  const place = placeOf(path)
  const edge = by === 1 ? 'after' : 'before'
  if (place !== null) {
    const neighbour = listAt(spec, place.list)[place.index + by] as Condition | undefined
    if (neighbour !== undefined) {
      const beside = `${place.list}.${place.index + by}`
      if (!isGroup(neighbour)) return { kind: 'beside', path: beside, edge }
      return by === 1
        ? { kind: 'beside', path: `${beside}.conditions.0`, edge: 'before' }
        : { kind: 'end', path: beside }
    }
  }
  const outer = ownerOf(place === null ? path : place.list)
  if (outer !== path && !outer.endsWith('.when')) return { kind: 'beside', path: outer, edge }
  return ruleBeside(spec, path, by)
}

/** The block of a list that a condition is in, groups and wrappings left behind. */
function ownerOf(path: string): string {
  return path.replace(/\.conditions$/, '').replace(/(\.condition)+$/, '')
}

function ruleBeside(spec: Spec, path: string, by: -1 | 1): Target | null {
  const [way = '', number = ''] = path.split('.')
  const steps = listAt(spec, way) as Spec['entries']
  for (let at = Number(number) + by; at >= 0 && at < steps.length; at += by) {
    const step = steps[at]
    if (step?.kind !== 'rule') continue
    const when = `${way}.${at}.when`
    if (by === -1) return { kind: 'end', path: when }
    return {
      kind: 'beside',
      path: isGroup(step.when) ? `${when}.conditions.0` : when,
      edge: 'before',
    }
  }
  return null
}

function placed(spec: Spec, target: Target, condition: Condition): Spec {
  const at = get(spec, target.path) as Condition | undefined
  if (at === undefined) return spec
  if (target.kind === 'end') {
    if (isGroup(at))
      return insert(spec, `${target.path}.conditions`, at.conditions.length, condition)
    return set(spec, target.path, { kind: 'all', conditions: [at, condition] })
  }
  const place = placeOf(target.path)
  if (place !== null && Array.isArray(get(spec, place.list))) {
    return insert(spec, place.list, place.index + (target.edge === 'after' ? 1 : 0), condition)
  }
  const conditions = target.edge === 'after' ? [at, condition] : [condition, at]
  return set(spec, target.path, { kind: 'all', conditions })
}

const EMPTY: Condition = { kind: 'all', conditions: [] }

function emptied(spec: Spec, path: string): Spec {
  return placeOf(path) === null ? set(spec, path, EMPTY) : remove(spec, path)
}

function withoutHole(spec: Spec): Spec {
  const filled = (condition: Condition): Condition => {
    if (condition === HOLE) return EMPTY
    if (isGroup(condition)) {
      return { ...condition, conditions: condition.conditions.map(filled) }
    }
    if (condition.kind === 'not' || condition.kind === 'within') {
      return { ...condition, condition: filled(condition.condition) }
    }
    return condition
  }
  const steps = (found: Spec['entries']) =>
    found.map((step) => (step.kind === 'rule' ? { ...step, when: filled(step.when) } : step))
  return { ...spec, entries: steps(spec.entries), exits: steps(spec.exits) }
}

/** Where an object of the spec is now; moves keep objects, so the focus can follow them. */
export function findPath(root: unknown, wanted: object, path = ''): string | null {
  if (root === wanted) return path
  if (typeof root !== 'object' || root === null) return null
  for (const [key, value] of Object.entries(root)) {
    const found = findPath(value, wanted, path === '' ? key : `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}
