import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Trade } from '../schemas'
import { everything, futures } from '../testing/results'
import { inputsOf, SIDES } from './inputs'
import { GROUPS } from './metric'
import { sum } from './stats'
import { computed, METRICS, metricRow, metricTable, NOT_COMPUTED, verifiedValue } from './table'

const RESULTS = { everything, futures }
const ONLY_VERIFIED = ['max-drawdown', 'max-drawdown-abs', 'calmar', 'exposure']

describe.each(Object.entries(RESULTS))('of the verified result “%s”', (_name, found) => {
  const inputs = inputsOf(found.summary, found.trades, found.equity)

  test.each(
    METRICS.filter((metric) => metric.verified !== undefined).flatMap((metric) =>
      (metric.scope === 'whole' ? (['all'] as const) : SIDES).map((side) => ({
        title: `${metric.id} (${side})`,
        metric,
        side,
      })),
    ),
  )('$title is what the verifier recomputed', ({ metric, side }) => {
    const theirs = verifiedValue(metric, side, found.summary)
    if (ONLY_VERIFIED.includes(metric.id)) {
      expect(theirs).toEqual(expect.any(Number))
      return
    }
    const ours = computed(metric, side, inputs)

    if (theirs === undefined) return
    if (theirs === null) expect(ours).toBeNull()
    else
      expect(Math.abs((ours ?? Number.NaN) - theirs)).toBeLessThanOrEqual(
        1e-9 * Math.max(1, Math.abs(theirs)),
      )
  })

  test('what the verifier recomputed is what is shown', () => {
    for (const metric of METRICS) {
      const row = metricRow(metric, inputs)
      if (row.isVerified.all) {
        expect(row.values.all).toBe(verifiedValue(metric, 'all', found.summary))
      }
    }
  })

  test('no figure is infinite or not a number', () => {
    const values = metricTable(inputs).flatMap(({ rows }) =>
      rows.flatMap((row) => SIDES.map((side) => row.values[side])),
    )

    expect(values.filter((value) => value !== null && !Number.isFinite(value))).toEqual([])
    expect(values.filter((value) => value !== null).length).toBeGreaterThan(100)
  })

  test('long and short add up to all', () => {
    for (const id of [
      'trades',
      'wins',
      'losses',
      'draws',
      'net-profit',
      'gross-profit',
      'gross-loss',
      'fees',
      'volume',
      'open-trades',
    ]) {
      const metric = METRICS.find((each) => each.id === id)
      if (metric === undefined) throw new Error(id)
      const [all = 0, long = 0, short = 0] = SIDES.map(
        (side) => computed(metric, side, inputs) ?? 0,
      )
      expect(long + short).toBeCloseTo(all, 7)
    }
  })
})

test('Freqtrade’s own counters are shown as it reported them, and marked as not recomputed', () => {
  const counters = { rejected_signals: 7, timedout_entry_orders: 0, replaced_entry_orders: null }
  const { summary, trades, equity } = everything
  const told = { ...summary, reported: { ...summary.reported, ...counters } }
  const table = metricTable(inputsOf(told, trades, equity))
  const rows = table.find(({ group }) => group === 'Reported by Freqtrade')?.rows ?? []
  const values = Object.fromEntries(rows.map((row) => [row.metric.id, row.values.all]))

  expect(values).toMatchObject(counters)
  expect(rows.map((row) => row.isVerified.all)).not.toContain(true)
})

test('every metric has its words, and ids are unique', () => {
  expect(new Set(METRICS.map((metric) => metric.id)).size).toBe(METRICS.length)
  for (const metric of METRICS) {
    expect(metric.about.length).toBeGreaterThan(10)
    expect(metric.formula).not.toBe('')
    expect(GROUPS).toContain(metric.group)
  }
  for (const each of NOT_COMPUTED) expect(each.why.length).toBeGreaterThan(20)
})

const DAY = 86_400_000
const START = Date.UTC(2025, 0, 1)

/** Trades of one hour each, one after another, with these profits on stakes of 100. */
function tradesOf(profits: readonly number[]): Trade[] {
  return profits.map((profit, index) => {
    const openedAt = START + index * 2 * 3_600_000
    return {
      number: index + 1,
      closingNumber: index + 1,
      pair: 'BTC/USDT',
      isShort: false,
      leverage: 1,
      isOpen: false,
      openedAt,
      closedAt: openedAt + 3_600_000,
      openRate: 100,
      closeRate: 100 + profit,
      amount: 1,
      stake: 100,
      profit,
      profitRatio: profit / 100,
      runUp: 0.02,
      drawdown: -0.01,
      feeOpen: 0.001,
      feeClose: 0.001,
      fundingFees: 0,
      enterTag: null,
      exitReason: 'roi',
      orders: [
        { at: openedAt, isEntry: true, amount: 1, price: 100, tag: null, realised: 0 },
        {
          at: openedAt + 3_600_000,
          isEntry: false,
          amount: 1,
          price: 100 + profit,
          tag: null,
          realised: profit,
        },
      ],
    }
  })
}

function valueOf(id: string, profits: readonly number[], balances = [1000, 1000]) {
  const summary = {
    ...everything.summary,
    period: {
      ...everything.summary.period,
      days: balances.length,
      startingBalance: 1000,
      finalBalance: 1000 + sum(profits),
    },
  }
  const equity = {
    ...everything.equity,
    start: START,
    step: 3_600_000,
    merged: 1,
    candles: balances.length * 24,
    days: {
      closedAt: balances.map((_, index) => START + (index + 1) * DAY),
      balance: balances,
      market: balances.map((_, index) => 1 + 0.01 * (index + 1)),
      buyAndHold: balances.map((_, index) => 1000 + 10 * (index + 1)),
    },
  }
  const metric = METRICS.find((each) => each.id === id)
  if (metric === undefined) throw new Error(id)
  return computed(metric, 'all', inputsOf(summary, tradesOf(profits), equity))
}

test.each([
  ['gross-profit', [10, -5, 20], 30],
  ['gross-loss', [10, -5, 20], -5],
  ['profit-factor', [10, -5, 20], 6],
  ['profit-factor', [10], null],
  ['win-rate', [10, -5, 20, 0], 0.5],
  ['average-win', [10, -5, 20], 15],
  ['win-loss-ratio', [10, -5, 20], 3],
  // Win rate 2/3, payoff 3: 2/3 − 1/3 / 3
  ['kelly', [10, -5, 20], 2 / 3 - 1 / 9],
  ['largest-win-share', [10, -5, 20], 2 / 3],
  ['profit-of-largest-loss', [10, -5, 20], 5],
  ['winning-streak', [1, 1, -1, 1], 2],
  ['losing-streak', [1, 0, -1, 1], 2],
  ['current-streak', [1, -1, -1], -2],
  // 0 10 5 25: falls by 5 after a high of 10
  ['max-closed-drawdown-abs', [10, -5, 20], 5],
  ['max-closed-drawdown', [10, -5, 20], 5 / 1010],
  ['recovery', [10, -5, 20], 5],
  ['max-run-up', [10, -5, 20], 25],
  // From the high at 01:00 to the next at 05:00
  ['longest-drawdown', [10, -5, 20], 4 * 3600],
  ['fees', [10], 0.1 + 0.11],
  ['volume', [10], 210],
  ['average-stake', [10, 20], 100],
  ['max-margin', [10, 20], 100],
  // Two hours of 100 in two days
  ['average-margin', [10, 20], 200 / 48],
  ['candles', [10], 1],
] as const)('%s of %j is %d', (id, profits, expected) => {
  const found = valueOf(id, profits)

  if (expected === null) expect(found).toBeNull()
  else expect(found).toBeCloseTo(expected, 10)
})

test.each([
  // Returns 10 %, −5 %
  ['omega', [1100, 1045], 2],
  ['deviation', [1100, 1045], 0.075 * Math.sqrt(365)],
  ['sharpe', [1100, 1045], (0.025 / 0.075) * Math.sqrt(365)],
  // Falls 0 and 5 %
  ['ulcer', [1100, 1045], 0.05],
  ['hold-return', [1000, 1000], 0.02],
  ['outperformance', [1000, 1000], -20],
  ['market-change', [1000, 1000], 0.02],
] as const)('%s of the balances %j is %d', (id, balances, expected) => {
  expect(valueOf(id, [], [...balances])).toBeCloseTo(expected, 10)
})

test('beta is 1, alpha 0 and the information ratio undefined for who holds the market', () => {
  const balances = [1010, 1020, 1030, 1040]

  expect(valueOf('beta', [], balances)).toBeCloseTo(1, 9)
  expect(valueOf('alpha', [], balances)).toBeCloseTo(0, 9)
  expect(valueOf('tracking-error', [], balances)).toBeCloseTo(0, 9)
})

const profits = fc.array(fc.integer({ min: -90, max: 90 }), { minLength: 1, maxLength: 60 })

test('figures keep their bounds whatever the profits are', () => {
  fc.assert(
    fc.property(profits, (found) => {
      const winRate = valueOf('win-rate', found) ?? 0
      const fall = valueOf('max-closed-drawdown-abs', found) ?? 0
      const p = valueOf('p-value', found) ?? 0
      expect(winRate).toBeGreaterThanOrEqual(0)
      expect(winRate).toBeLessThanOrEqual(1)
      expect(fall).toBeGreaterThanOrEqual(Math.max(0, -sum(found)) - 1e-9)
      expect(p).toBeGreaterThanOrEqual(0)
      expect(p).toBeLessThanOrEqual(1)
      expect(valueOf('net-profit', found)).toBeCloseTo(
        (valueOf('gross-profit', found) ?? 0) + (valueOf('gross-loss', found) ?? 0),
        9,
      )
    }),
    { numRuns: 60 },
  )
})

test('who wins and loses the other way round has the mirrored figures', () => {
  fc.assert(
    fc.property(profits, (found) => {
      const mirrored = found.map((value) => -value)
      expect(valueOf('gross-profit', mirrored)).toBeCloseTo(-(valueOf('gross-loss', found) ?? 0), 9)
      expect(valueOf('max-run-up', mirrored)).toBeCloseTo(
        valueOf('max-closed-drawdown-abs', found) ?? 0,
        9,
      )
      expect(valueOf('p-value', mirrored)).toBeCloseTo(valueOf('p-value', found) ?? 0, 9)
    }),
    { numRuns: 60 },
  )
})
