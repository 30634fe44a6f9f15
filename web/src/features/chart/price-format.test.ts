import type { BarPrice } from 'lightweight-charts'
import { expect, test } from 'vitest'

import { priceFormatOf, priceText } from './price-format'

test.each([
  [43_215.12, 0.01, '43,215.12'],
  [43_215.1, 0.01, '43,215.10'],
  [0.00001234, 1e-8, '0.00001234'],
  [101, 1, '101'],
])('%d in steps of %d keeps every digit of the step', (price, tickSize, text) => {
  expect(priceText(price, tickSize)).toBe(text)
})

test('without a known step a price has six digits', () => {
  expect(priceText(43_215.12, null)).toBe('43,215.1')
})

test('the scale of a chart stands on the steps', () => {
  expect(priceFormatOf(0.5).minMove).toBe(0.5)
  expect(priceFormatOf(0.01).formatter(1 as BarPrice)).toBe('1.00')
})
