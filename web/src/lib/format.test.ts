import { describe, expect, test } from 'vitest'

import {
  formatAgo,
  formatDuration,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPrice,
  formatSigned,
  formatSignedPercent,
  plural,
} from './format'

describe('numbers', () => {
  test.each([
    [1234.5, 2, '1,234.50'],
    [-0.001, 2, '0.00'],
    [-3, 0, '−3'],
    [Number.NaN, 2, '–'],
    [null, 2, '–'],
    [Number.POSITIVE_INFINITY, 2, '∞'],
  ])('%s with %s decimals reads %s', (value, decimals, text) => {
    expect(formatNumber(value, decimals)).toBe(text)
  })

  test('a gain has a plus, zero has none', () => {
    expect(formatSigned(2.5)).toBe('+2.50')
    expect(formatSigned(0)).toBe('0.00')
    expect(formatSigned(0.001)).toBe('0.00')
  })

  test('fractions read as percent', () => {
    expect(formatPercent(0.0512)).toBe('5.12 %')
    expect(formatSignedPercent(-0.5, 0)).toBe('−50 %')
  })

  test('money has the decimals of its currency', () => {
    expect(formatMoney(1024.5, 'USDT')).toBe('1,024.50 USDT')
    expect(formatMoney(0.012, 'BTC')).toBe('0.01200000 BTC')
  })

  test('prices keep six significant digits', () => {
    expect(formatPrice(0.000012345678)).toBe('0.0000123457')
    expect(formatPrice(43210.987)).toBe('43,211')
    expect(formatPrice(0)).toBe('0')
  })
})

describe('times', () => {
  test.each([
    [93_780, '1 d 2 h'],
    [3_600, '1 h'],
    [59.4, '59 s'],
    [0, '0 s'],
  ])('%s s reads %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  test('a time that just passed', () => {
    expect(formatAgo(1_000_000, 1_030_000)).toBe('just now')
    expect(formatAgo(0, 7_200_000)).toBe('2 hours ago')
  })
})

test('one trade, two trades', () => {
  expect([plural(1, 'trade'), plural(2, 'trade')]).toEqual(['1 trade', '2 trades'])
})
