import { describe, expect, it } from 'vitest'

import { gridOf } from './grid'
import { measureText } from './measure'
import type { ChartTrade } from './model'
import { firstVisible, linesOf, sentenceOf, shapesOf } from './trade-shapes'

const START = Date.UTC(2025, 0, 1)
const MINUTES = 60_000
const grid = gridOf({ timeframe: '5m', start: START, end: START + 86_400_000 })

function aTrade(changes: Partial<ChartTrade> = {}): ChartTrade {
  return {
    number: 1,
    pair: 'BTC/USDT',
    isShort: false,
    leverage: 1,
    openedAt: START + 50 * MINUTES,
    closedAt: START + 150 * MINUTES,
    openRate: 100,
    closeRate: 110,
    profitRatio: 0.098,
    feeOpen: 0.001,
    feeClose: 0.001,
    enterTag: null,
    exitReason: 'roi',
    initialStop: 90,
    lastStop: 95,
    ...changes,
  }
}

const only = (trade: ChartTrade) => {
  const [shape] = shapesOf(grid, [trade], trade.pair)
  if (shape === undefined) throw new Error('no shape')
  return shape
}

describe('shapesOf', () => {
  it("keeps one pair's trades, in the order of their entries", () => {
    const later = aTrade({ number: 2, openedAt: START + 90 * MINUTES })
    const other = aTrade({ number: 3, pair: 'ETH/USDT' })

    const shapes = shapesOf(grid, [later, other, aTrade()], 'BTC/USDT')

    expect(shapes.map(({ trade }) => trade.number)).toEqual([1, 2])
    expect(shapes[0]).toMatchObject({ entry: 10, exit: 30, entryLabel: 'Long #1' })
    expect(shapes[0]?.exitLabel).toBe('Exit +9.8 %')
  })

  it('draws an open trade up to the end', () => {
    const shape = only(aTrade({ closedAt: null, closeRate: null, profitRatio: null }))

    expect(shape).toMatchObject({ exit: grid.count - 1, exitLabel: 'Open' })
    expect(sentenceOf(shape)).toBe('Trade 1: long BTC/USDT at 100, still open.')
  })
})

describe('linesOf', () => {
  it('draws each step of the ROI at the price that earns it after fees', () => {
    const { roi } = linesOf(grid, only(aTrade()), { '60': 0.02, '0': 0.1, '500': 0 })

    expect(roi).toHaveLength(2)
    expect(roi[0]).toMatchObject({ from: 10, to: 22 })
    expect(roi[0]?.price).toBeCloseTo((100 * 1.001 * 1.1) / 0.999)
    expect(roi[1]).toMatchObject({ from: 22, to: 31 })
  })

  it('puts the ROI of a short below its entry', () => {
    const { roi } = linesOf(grid, only(aTrade({ isShort: true, leverage: 2 })), { '0': 0.1 })

    expect(roi[0]?.price).toBeCloseTo((100 * 0.999 * 0.95) / 1.001)
  })

  it('shows a stop that moved at its end', () => {
    const { stop } = linesOf(grid, only(aTrade()), {})

    expect(stop.map(({ price }) => price)).toEqual([90, 95])
    expect(linesOf(grid, only(aTrade({ initialStop: null, lastStop: 0 })), {}).stop).toEqual([])
  })
})

it('finds the first trade that may reach into the view', () => {
  const shapes = shapesOf(
    grid,
    [0, 10, 20, 30].map((candle, index) =>
      aTrade({ number: index + 1, openedAt: START + candle * 5 * MINUTES }),
    ),
    'BTC/USDT',
  )

  expect(firstVisible(shapes, 25, 10)).toBe(2)
  expect(firstVisible(shapes, 0, 10)).toBe(0)
})

it('says what was measured', () => {
  const text = measureText(
    { from: { candle: 3, price: 100 }, to: { candle: 15, price: 97 } },
    300_000,
  )

  expect(text).toBe('−3.00 % (−3) · 12 candles · 1 h')
})
