import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { candleAt, clampView, gridOf, levelFor, panView, timeOf, zoomView } from './grid'

const START = Date.UTC(2025, 0, 2, 0, 5)
const year = gridOf({ timeframe: '5m', start: START, end: Date.UTC(2026, 0, 1) })

describe('gridOf', () => {
  it('begins where bars of the coarsest level begin', () => {
    expect(year.origin % (256 * year.step)).toBe(0)
    expect(year.origin).toBeLessThanOrEqual(START)
    expect(timeOf(year, year.first)).toBe(START)
  })

  it('finds a time in the candle that holds it', () => {
    expect(candleAt(year, START)).toBe(year.first)
    expect(candleAt(year, START + year.step - 1)).toBe(year.first)
    expect(candleAt(year, START + year.step)).toBe(year.first + 1)
  })
})

describe('a grid of weeks', () => {
  it('has candles that open on Mondays', () => {
    const weeks = gridOf({ timeframe: '1w', start: START, end: Date.UTC(2026, 0, 1) })

    expect(new Date(timeOf(weeks, weeks.first)).getUTCDay()).toBe(1)
    expect(candleAt(weeks, Date.UTC(2025, 0, 5, 23))).toBe(candleAt(weeks, START))
    expect(candleAt(weeks, Date.UTC(2025, 0, 6))).toBe(candleAt(weeks, START) + 1)
  })
})

describe('levelFor', () => {
  it.each([
    [150, 1],
    [800, 1],
    [801, 4],
    [105_000, 256],
  ])('draws %i candles as bars of %i', (candles, merged) => {
    expect(levelFor(candles)).toBe(merged)
  })
})

describe('a view', () => {
  const view = fc.record({
    from: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    to: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  })

  it('stays on the run, whatever is asked for', () => {
    fc.assert(
      fc.property(view, (asked) => {
        const { from, to } = clampView(year, asked)
        const width = to - from
        expect(width).toBeGreaterThanOrEqual(12 - 1e-6)
        expect(to).toBeGreaterThan(year.first)
        expect(from).toBeLessThan(year.count)
        expect(width).toBeLessThanOrEqual((year.count - year.first) * 1.1 + 1e-6)
      }),
    )
  })

  it('keeps the candle under the pointer where it is while zooming', () => {
    const zoomed = zoomView(year, { from: 1_000, to: 1_400 }, 0.5, 1_100)

    expect(zoomed).toEqual({ from: 1_050, to: 1_250 })
  })

  it('keeps its width while panning into the end', () => {
    const { from, to } = panView(year, { from: year.count - 200, to: year.count }, 1e6)

    expect(to - from).toBeCloseTo(200)
    expect(to).toBeCloseTo(year.count + 20)
  })
})
