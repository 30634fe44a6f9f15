import { get, insert, listAt, placeOf, remove } from './paths'
import type { Rule, Spec } from './spec'

/** Where a step takes a rule among its like, or null: at the ends, and where code stands in the way. */
export function rulePlace(
  spec: Spec,
  way: 'entries' | 'exits',
  index: number,
  by: -1 | 1,
): number | null {
  return spec[way][index + by]?.kind === 'rule' ? index + by : null
}

/** Moves a rule beside another one. Code keeps its place among the rules: no rule passes it. */
export function moveRule(spec: Spec, from: string, to: string, edge: 'before' | 'after'): Spec {
  const source = placeOf(from)
  const target = placeOf(to)
  const rule = get(spec, from) as Rule | undefined
  if (source === null || target === null || rule === undefined || from === to) return spec
  if (source.list === target.list && isCodeBetween(spec, source.list, source.index, target.index)) {
    return spec
  }
  const taken = remove(spec, from)
  const isEarlier = source.list === target.list && source.index < target.index
  const index = target.index + (edge === 'after' ? 1 : 0) - (isEarlier ? 1 : 0)
  return insert(taken, target.list, index, rule)
}

/** Moves an item of a list by one place, unless code stands there. */
export function moveItem(spec: Spec, list: string, from: number, to: number): Spec {
  if (to < 0 || to >= listAt(spec, list).length || isCodeBetween(spec, list, from, to)) return spec
  const item = get(spec, `${list}.${from}`)
  return insert(remove(spec, `${list}.${from}`), list, to, item)
}

function isCodeBetween(spec: Spec, list: string, a: number, b: number): boolean {
  const between = listAt(spec, list).slice(Math.min(a, b), Math.max(a, b) + 1)
  return between.some((item) => (item as { kind?: string }).kind === 'code')
}
