import type { Condition, Group, Spec, Step } from './spec'

/** Places in a spec: names and positions by dots, as the server's problems name them. */
export type Path = string

export function join(...parts: (string | number)[]): Path {
  return parts.filter((part) => part !== '').join('.')
}

/** The list that an item is in, and its position there; null for what is in no list. */
export function placeOf(path: Path): { list: Path; index: number } | null {
  const cut = path.lastIndexOf('.')
  const index = Number(path.slice(cut + 1))
  return cut === -1 || !Number.isInteger(index) ? null : { list: path.slice(0, cut), index }
}

export function isInside(path: Path, outer: Path): boolean {
  return path === outer || path.startsWith(`${outer}.`)
}

export function get(root: unknown, path: Path): unknown {
  let found = root
  for (const key of path === '' ? [] : path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}

/** The root with another value at a path; undefined takes the key away. What did not change stays the same object. */
export function set<Root>(root: Root, path: Path, value: unknown): Root {
  if (path === '') return value as Root
  const [key = '', ...rest] = path.split('.')
  const inner = get(root, key)
  const changed = set(inner, rest.join('.'), value)
  if (changed === inner) return root
  if (Array.isArray(root)) {
    return root.map((item: unknown, index) => (index === Number(key) ? changed : item)) as Root
  }
  const copy = { ...root } as Record<string, unknown>
  // A path is made of the spec's own names; a copy without the key is the copy without the value.
  if (changed === undefined)
    return Object.fromEntries(Object.entries(copy).filter(([name]) => name !== key)) as Root
  copy[key] = changed
  return copy as Root
}

export function insert<Root>(root: Root, list: Path, index: number, value: unknown): Root {
  const items = listAt(root, list)
  return set(root, list, [...items.slice(0, index), value, ...items.slice(index)])
}

export function remove<Root>(root: Root, path: Path): Root {
  const place = placeOf(path)
  if (place === null) return set(root, path, undefined)
  const items = listAt(root, place.list)
  return set(
    root,
    place.list,
    items.filter((_, index) => index !== place.index),
  )
}

export function listAt(root: unknown, path: Path): readonly unknown[] {
  const found = get(root, path)
  return Array.isArray(found) ? found : []
}

/** Moves an item of a list to another position in it. */
export function shift<Root>(root: Root, list: Path, from: number, to: number): Root {
  const items = [...listAt(root, list)]
  if (from === to || to < 0 || to >= items.length) return root
  items.splice(to, 0, ...items.splice(from, 1))
  return set(root, list, items)
}

export function isGroup(condition: Condition): condition is Group {
  return condition.kind === 'all' || condition.kind === 'any'
}

/** The conditions that a rule's or block's condition shows as a list: a group's own, or the one that stands alone. */
export function conditionsOf(condition: Condition): readonly Condition[] {
  return isGroup(condition) ? condition.conditions : [condition]
}

/** Groups of one are that one, groups of none are nothing, and a group directly in its like is part of it. */
export function tidy(condition: Condition): Condition | null {
  if (condition.kind === 'not' || condition.kind === 'within') {
    const inner = tidy(condition.condition)
    if (inner === null) return null
    return inner === condition.condition ? condition : { ...condition, condition: inner }
  }
  if (!isGroup(condition)) return condition
  const conditions = condition.conditions.flatMap((each) => {
    const inner = tidy(each)
    if (inner === null) return []
    return isGroup(inner) && inner.kind === condition.kind ? inner.conditions : [inner]
  })
  const [only] = conditions
  if (only === undefined) return null
  if (conditions.length === 1) return only
  const isSame =
    conditions.length === condition.conditions.length &&
    conditions.every((each, index) => each === condition.conditions[index])
  return isSame ? condition : { ...condition, conditions }
}

/** Tidies every rule; one that has no condition left goes. */
export function tidyRules(spec: Spec): Spec {
  const tidied = (steps: Spec['entries']): Spec['entries'] => {
    const found = steps.flatMap((step): Step[] => {
      if (step.kind !== 'rule') return [step]
      const when = tidy(step.when)
      return when === null ? [] : [when === step.when ? step : { ...step, when }]
    })
    return found.length === steps.length && found.every((step, index) => step === steps[index])
      ? steps
      : found
  }
  const entries = tidied(spec.entries)
  const exits = tidied(spec.exits)
  return entries === spec.entries && exits === spec.exits ? spec : { ...spec, entries, exits }
}
