import { describe, expect, it } from 'vitest'

import type { TradeFacts } from './model'
import { toRows } from './model'
import { selectRows, testOf } from './select'

const START = Date.UTC(2025, 2, 1)
const HOUR = 3_600_000

function aTrade(number: number, changes: Partial<TradeFacts> = {}): TradeFacts {
  return {
    number,
    closingNumber: number,
    pair: 'BTC/USDT',
    isShort: false,
    leverage: 1,
    openedAt: START + number * HOUR,
    closedAt: START + (number + 1) * HOUR,
    openRate: 100,
    closeRate: 101,
    amount: 1,
    stake: 100,
    profit: number,
    profitRatio: number / 100,
    runUp: 0.02,
    drawdown: -0.01,
    feeOpen: 0.001,
    feeClose: 0.002,
    enterTag: null,
    exitReason: 'roi',
    orders: [
      { at: START, isEntry: true, amount: 1, price: 100, tag: null, realised: 0 },
      { at: START, isEntry: false, amount: 1, price: 110, tag: 'roi', realised: number },
    ],
    ...changes,
  }
}

const numbers = (rows: readonly { number: number }[]) => rows.map(({ number }) => number)

describe('toRows', () => {
  it('adds profits up in the order of closing', () => {
    const rows = toRows([
      aTrade(1, { closingNumber: 2, profit: 5 }),
      aTrade(2, { closingNumber: 1, profit: -3 }),
      aTrade(3, { closedAt: null, profit: null, closingNumber: null }),
    ])

    expect(rows.map(({ cumulative }) => cumulative)).toEqual([2, -3, null])
    expect(rows[2]?.duration).toBeNull()
  })

  it('counts the fees of every order', () => {
    expect(toRows([aTrade(1)])[0]?.fees).toBeCloseTo(0.1 + 0.22)
  })
})

describe('a filter', () => {
  it.each([
    ['>2', 'number', 3, true],
    ['>2', 'number', 2, false],
    ['<=−1.5', 'number', -1.5, true],
    ['1..5', 'number', 5, true],
    ['1..5', 'number', 5.1, false],
    ['2', 'number', 2.004, true],
    ['1,000', 'number', 1_000, true],
    ['>2h', 'duration', 7_201, true],
    ['5m..1h', 'duration', 3_600, true],
    ['2025-03', 'time', Date.UTC(2025, 2, 31), true],
    ['2025-03', 'time', Date.UTC(2025, 3, 1), false],
    ['>2025-03-10', 'time', Date.UTC(2025, 2, 11), true],
    ['>2025-03-10', 'time', Date.UTC(2025, 2, 10, 12), false],
    ['btc, eth', 'text', 'ETH/USDT', true],
    ['!btc', 'text', 'BTC/USDT', false],
    ['roi', 'text', null, false],
    ['>0', 'number', null, false],
  ] as const)('%s on a %s: %s → %s', (text, kind, value, passes) => {
    expect(testOf(text, kind)?.(value)).toBe(passes)
  })

  it.each(['', '  ', '>', 'abc', '1..x'])('"%s" asks for nothing yet', (text) => {
    expect(testOf(text, 'number')).toBeNull()
  })
})

describe('selectRows', () => {
  const rows = toRows([
    aTrade(1),
    aTrade(2, { pair: 'ADA/USDT' }),
    aTrade(3, { closedAt: null, profit: null, profitRatio: null }),
  ])

  it('sorts both ways, with what is missing last', () => {
    expect(numbers(selectRows(rows, {}, 'profit'))).toEqual([1, 2, 3])
    expect(numbers(selectRows(rows, {}, '-profit'))).toEqual([2, 1, 3])
  })

  it('needs every filter to pass, and ignores what it does not know', () => {
    expect(
      numbers(selectRows(rows, { pair: 'btc', profit: '>0', nonsense: 'x' }, undefined)),
    ).toEqual([1])
  })

  it('is fast enough for every key that is pressed', () => {
    const many = toRows(Array.from({ length: 10_000 }, (_, n) => aTrade(n + 1)))

    expect(selectRows(many, { profit: '>5000' }, '-profit')).toHaveLength(5_000)
  })
})
