import { describe, expect, it } from 'vitest'

import { aRule, aSpec, CLOSE_ABOVE_FAST, LOW_RSI, WEEKEND } from '../testing'
import {
  addCondition,
  groupCondition,
  moveCondition,
  removeCondition,
  stepTarget,
} from './condition-moves'
import { get } from './paths'
import { moveRule } from './rule-moves'
import type { Condition, Spec } from './spec'

const TWO = aSpec()
const GROUPED = aSpec({
  entries: [
    aRule({
      kind: 'all',
      conditions: [LOW_RSI, { kind: 'any', conditions: [CLOSE_ABOVE_FAST, WEEKEND] }],
    }),
  ],
})

const when = (spec: Spec, rule = 0) => get(spec, `entries.${rule}.when`) as Condition

function stepped(spec: Spec, path: string, by: -1 | 1): Spec {
  const target = stepTarget(spec, path, by)
  return target === null ? spec : moveCondition(spec, path, target)
}

describe('conditions', () => {
  it('get company when one stood alone', () => {
    const alone = aSpec({ entries: [aRule(LOW_RSI)] })

    const added = addCondition(alone, { kind: 'end', path: 'entries.0.when' }, WEEKEND)

    expect(when(added)).toEqual({ kind: 'all', conditions: [LOW_RSI, WEEKEND] })
  })

  it('stand alone again when their company goes', () => {
    const removed = removeCondition(TWO, 'entries.0.when.conditions.0')

    expect(when(removed)).toEqual(LOW_RSI)
  })

  it('take their rule with them when the last one goes', () => {
    const alone = aSpec({ entries: [aRule(LOW_RSI)] })

    expect(removeCondition(alone, 'entries.0.when').entries).toEqual([])
  })

  it('go into a group of the other kind', () => {
    const grouped = groupCondition(TWO, 'entries.0.when.conditions.1', WEEKEND)

    expect(when(grouped)).toEqual({
      kind: 'all',
      conditions: [CLOSE_ABOVE_FAST, { kind: 'any', conditions: [LOW_RSI, WEEKEND] }],
    })
  })

  it('step past each other', () => {
    expect(when(stepped(TWO, 'entries.0.when.conditions.0', 1))).toEqual({
      kind: 'all',
      conditions: [LOW_RSI, CLOSE_ABOVE_FAST],
    })
  })

  it('step into a group and out of it again', () => {
    const inside = stepped(GROUPED, 'entries.0.when.conditions.0', 1)
    expect(when(inside)).toEqual({
      kind: 'any',
      conditions: [LOW_RSI, CLOSE_ABOVE_FAST, WEEKEND],
    })

    const out = stepped(GROUPED, 'entries.0.when.conditions.1.conditions.0', -1)
    expect(when(out)).toEqual({
      kind: 'all',
      conditions: [LOW_RSI, CLOSE_ABOVE_FAST, WEEKEND],
    })
  })

  it('step into the next rule, and leave none empty behind', () => {
    const rules = aSpec({ entries: [aRule(LOW_RSI), aRule(WEEKEND, { tag: 'late' })] })

    const moved = stepped(rules, 'entries.0.when', 1)

    expect(moved.entries).toEqual([
      aRule({ kind: 'all', conditions: [LOW_RSI, WEEKEND] }, { tag: 'late' }),
    ])
  })

  it('stay where they are at the ends', () => {
    expect(stepTarget(TWO, 'entries.0.when.conditions.0', -1)).toBeNull()
    expect(stepTarget(TWO, 'entries.0.when.conditions.1', 1)).toBeNull()
  })

  it('cannot go into themselves', () => {
    const group = 'entries.0.when.conditions.1'

    expect(moveCondition(GROUPED, group, { kind: 'end', path: `${group}.conditions.0` })).toBe(
      GROUPED,
    )
  })

  it('come out of a “not” that then has nothing to say', () => {
    const negated = aSpec({
      entries: [aRule({ kind: 'all', conditions: [LOW_RSI, { kind: 'not', condition: WEEKEND }] })],
    })

    const moved = stepped(negated, 'entries.0.when.conditions.1.condition', -1)

    expect(when(moved)).toEqual({ kind: 'all', conditions: [LOW_RSI, WEEKEND] })
  })
})

describe('rules', () => {
  it('do not pass code, which keeps its place', () => {
    const code = { kind: 'code', code: 'x = 1' } as const
    const mixed = aSpec({ entries: [aRule(LOW_RSI), code, aRule(WEEKEND, { tag: 'late' })] })

    expect(moveRule(mixed, 'entries.0', 'entries.2', 'after')).toBe(mixed)
  })

  it('move between entries and exits', () => {
    const rules = aSpec({ exits: [aRule(WEEKEND, { tag: 'out' })] })

    const moved = moveRule(rules, 'entries.0', 'exits.0', 'before')

    expect(moved.entries).toEqual([])
    expect(moved.exits.map((step) => step.kind === 'rule' && step.tag)).toEqual(['dip', 'out'])
  })
})
