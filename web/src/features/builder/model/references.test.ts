import { describe, expect, it } from 'vitest'

import { aRule, aSpec, LOW_RSI, WEEKEND } from '../testing'
import { get } from './paths'
import {
  countIndicatorUses,
  dissolveParameter,
  holdsCode,
  makeNumber,
  makeParameter,
  makeSwitchable,
  renameIndicator,
  renameInformative,
  renameParameter,
} from './references'
import type { Condition } from './spec'
import { fromSlider, toSlider } from './registry'

const LIMIT = 'entries.0.when.conditions.1.right'

describe('a number', () => {
  it('becomes a parameter around it, and the number again', () => {
    const made = makeParameter(aSpec(), LIMIT, { name: 'limit', low: 0, high: 100 })

    expect(get(made, LIMIT)).toEqual({ kind: 'parameter', name: 'limit' })
    expect(made.parameters).toEqual([
      { kind: 'int', name: 'limit', low: 15, high: 45, default: 30, space: 'buy', optimize: true },
    ])
    expect(makeNumber(made, LIMIT)).toEqual(aSpec())
  })

  it('leaves a parameter that others use', () => {
    const made = makeParameter(aSpec(), LIMIT, { name: 'limit' })
    const shared = {
      ...made,
      position: { added: [], leverage: { kind: 'parameter', name: 'limit' } as const },
    }

    expect(makeNumber(shared, LIMIT).parameters).toHaveLength(1)
  })
})

describe('names', () => {
  it('of parameters change wherever they are used', () => {
    const made = makeParameter(aSpec(), LIMIT, { name: 'limit' })

    const renamed = renameParameter(made, 0, 'floor')

    expect(get(renamed, LIMIT)).toEqual({ kind: 'parameter', name: 'floor' })
    expect(get(dissolveParameter(renamed, 0), LIMIT)).toBe(30)
  })

  it('of switches too', () => {
    const switchable = makeSwitchable(aSpec({ entries: [aRule(LOW_RSI)] }), 'entries.0.when')

    const renamed = renameParameter(switchable, 0, 'cautious')

    expect(get(renamed, 'entries.0.when.conditions.1')).toEqual({
      kind: 'not',
      condition: { kind: 'switch', name: 'cautious' },
    })
  })

  it('of indicators change on their own candles only', () => {
    const onDay: Condition = {
      kind: 'compare',
      left: { kind: 'indicator', name: 'rsi', output: '', ago: 0, frame: 'day' },
      sign: '<',
      right: 40,
    }
    const { indicators } = aSpec()
    const spec = aSpec({
      informatives: [{ name: 'day', timeframe: '1d', indicators }],
      entries: [aRule({ kind: 'all', conditions: [LOW_RSI, onDay] })],
      risk: { ...aSpec().risk, range_stop: { indicator: 'rsi', times: 2 } },
    })

    const renamed = renameIndicator(spec, 'indicators.1', 'strength')

    expect(get(renamed, 'entries.0.when.conditions.0.left.name')).toBe('strength')
    expect(get(renamed, 'entries.0.when.conditions.1.left.name')).toBe('rsi')
    expect(renamed.risk.range_stop?.indicator).toBe('strength')
    expect(countIndicatorUses(renamed, 'indicators.1')).toBe(2)
    expect(get(renameInformative(spec, 0, 'daily'), 'entries.0.when.conditions.1.left.frame')).toBe(
      'daily',
    )
  })
})

describe('code', () => {
  it('is found however deep it lies', () => {
    const code = { kind: 'code', code: 'True' } as const

    expect(holdsCode(aRule({ kind: 'not', condition: code }))).toBe(true)
    expect(holdsCode(aRule(WEEKEND))).toBe(false)
  })
})

describe('a slider', () => {
  const length = { low: 2, high: 500, isWhole: true }

  it('goes by ratios where the range is wide, and reaches both ends', () => {
    expect(fromSlider(length, 0)).toBe(2)
    expect(fromSlider(length, 200)).toBe(500)
    expect(fromSlider(length, 100)).toBe(32)
  })

  it.each([2, 14, 50, 200, 500])('comes back near the value %i', (value) => {
    const back = fromSlider(length, toSlider(length, value))

    expect(Math.abs(back - value) / value).toBeLessThan(0.03)
  })
})
