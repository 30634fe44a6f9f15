import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  deviation,
  mean,
  median,
  normalAt,
  normalBelow,
  quantile,
  standardMoment,
  studentTwoSided,
  sum,
} from './stats'

test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1.96, 0.024997895148220435],
  [3, 0.9986501019683699],
])('the normal distribution below %d is %d', (z, expected) => {
  expect(normalBelow(z)).toBeCloseTo(expected, 12)
})

// scipy.stats.t.sf(t, n) * 2
test.each([
  [0, 5, 1],
  [2, 10, 0.07338803477074039],
  [-1.5, 3, 0.23058386524482306],
  [5, 120, 1.9781905804539e-6],
])('Student’s p of %d with %d degrees of freedom is %d', (t, freedom, expected) => {
  expect(studentTwoSided(t, freedom)).toBeCloseTo(expected, 9)
})

test('the value at a probability has that probability below it', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
      expect(normalBelow(normalAt(p))).toBeCloseTo(p, 10)
    }),
  )
})

test('moments of one to four', () => {
  const values = [1, 2, 3, 4]

  expect(sum(values)).toBe(10)
  expect(mean(values)).toBe(2.5)
  expect(median(values)).toBe(2.5)
  expect(quantile(values, 0.25)).toBe(1.75)
  expect(deviation(values)).toBeCloseTo(Math.sqrt(1.25), 12)
  expect(deviation(values, 1)).toBeCloseTo(Math.sqrt(5 / 3), 12)
  expect(standardMoment(values, 3)).toBeCloseTo(0, 12)
  expect(standardMoment(values, 4)).toBeCloseTo(1.64, 12)
})

test('nothing has no mean, and one value no sample deviation', () => {
  expect([mean([]), median([]), deviation([]), deviation([1], 1)]).toEqual([null, null, null, null])
})
