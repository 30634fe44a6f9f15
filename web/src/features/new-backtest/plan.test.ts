import { describe, expect, test } from 'vitest'

import {
  candleSteps,
  commonRange,
  coverageWarnings,
  estimateSeconds,
  percentToFraction,
  type Plan,
  planDays,
  planForm,
  sentenceOfPlan,
  toRequest,
} from './plan'

const PLAN: Plan = {
  strategyId: 's1',
  version: 3,
  parameterSet: '',
  exchange: 'binance',
  pairs: ['ETH/BTC', 'LTC/BTC'],
  timeframe: '5m',
  timeframeDetail: '',
  start: '2018-01-10',
  end: '2018-01-30',
  wallet: '1',
  stake: 'unlimited',
  stakeAmount: '',
  maxOpenTrades: 5,
  feePercent: '',
  enableProtections: false,
  tradingMode: 'spot',
  loop: 'skipping',
}

function errorsOf(change: Partial<Plan>): string[] {
  const parsed = planForm.safeParse({ ...PLAN, ...change })
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.message)
}

const FILE = {
  pair: 'ETH/BTC',
  timeframe: '5m',
  candleType: 'spot' as const,
  start: '2018-01-11T00:00:00Z',
  until: '2018-01-30T00:00:00Z',
  candles: 10,
  missingCandles: 3,
  findings: [],
  tickSizes: null,
  listing: null,
  gaps: [{ start: '2018-01-15T00:00:00Z', until: '2018-01-15T00:15:00Z', candles: 3 }],
}

describe('what a plan must be', () => {
  test('a complete one passes', () => {
    expect(errorsOf({})).toEqual([])
  })

  test.each<[Partial<Plan>, string]>([
    [{ pairs: [] }, 'Choose at least one pair.'],
    [{ end: '2018-01-01' }, 'The last day is before the first one.'],
    [{ wallet: '-1' }, 'Enter the money to start with, above zero.'],
    [{ stake: 'fixed' }, 'Enter the stake of one trade, above zero.'],
    [
      { stake: 'fixed', stakeAmount: '2' },
      'One trade cannot stake more than the money to start with.',
    ],
    [{ feePercent: '11' }, 'Enter a percentage from 0 to 10, or leave it empty.'],
    [
      { pairs: ['ETH/BTC', 'XRP/ETH'] },
      'Choose pairs of one stake currency; these have BTC and ETH.',
    ],
  ])('%o is refused with what to do', (change, sentence) => {
    expect(errorsOf(change)).toEqual([sentence])
  })
})

describe('the request', () => {
  test('its end is exclusive and the whole last day is simulated', () => {
    expect(toRequest(PLAN, undefined)).toMatchObject({
      start: '2018-01-10T00:00:00Z',
      end: '2018-01-31T00:00:00.000Z',
      stakeAmount: 'unlimited',
    })
    expect(toRequest(PLAN, undefined)).not.toHaveProperty('fee')
  })

  test.each([
    ['0.1', '0.001'],
    ['10', '0.1'],
    ['0', '0'],
    ['0.075', '0.00075'],
    ['1.5', '0.015'],
  ])('a fee of %s %% is the fraction %s, exactly', (percent, fraction) => {
    expect(percentToFraction(percent)).toBe(fraction)
  })
})

test('days and candle steps count the last day', () => {
  expect(planDays(PLAN)).toBe(21)
  expect(candleSteps(PLAN)).toBe(2 * 21 * 288)
})

test('the sentence names all that decides the run', () => {
  expect(sentenceOfPlan(PLAN, 'Momentum', 'Binance')).toBe(
    'Run Momentum version 3 on 2 pairs of Binance in 5m candles, from 10 Jan 2018 to 30 Jan 2018' +
      ' (21 days), with 1 BTC and at most 5 open trades, dividing the money equally,' +
      ' at the exchange’s own fees.',
  )
})

test('an estimate follows the user’s own runs, and the benchmark without them', () => {
  expect(estimateSeconds(110_000, [])).toBeCloseTo(17)
  expect(estimateSeconds(110_000, [{ steps: 100_000, seconds: 57 }])).toBeCloseTo(62)
})

test('the common range is where every file has candles', () => {
  const other = { ...FILE, start: '2018-01-12T00:00:00Z', until: '2018-02-01T00:00:00Z' }

  expect(commonRange([FILE, other])).toEqual({
    start: Date.parse('2018-01-12'),
    until: Date.parse('2018-01-30'),
  })
  expect(commonRange([FILE, { ...FILE, start: '2019-01-01', until: '2019-02-01' }])).toBeNull()
})

test('missing candles are named, and what several pairs share is said once', () => {
  const whole = { ...FILE, gaps: [] }
  const files = [FILE, { ...whole, pair: 'LTC/BTC' }, { ...whole, pair: 'XRP/BTC' }]

  expect(coverageWarnings(PLAN, files)).toEqual([
    '3 pairs: candles only from 11 Jan 2018, 00:00 on.',
    '3 pairs: candles only until 30 Jan 2018, 00:00.',
    'ETH/BTC: 3 candles missing.',
  ])
})
