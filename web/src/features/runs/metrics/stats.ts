/** Statistics of small arrays. Every function of an empty array gives null instead of NaN. */

export type Maybe = number | null

export function sum(values: readonly number[]): number {
  // Neumaier: the last digits of a sum must not depend on the order of its terms.
  let total = 0
  let lost = 0
  for (const value of values) {
    const next = total + value
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + lost
}

export function mean(values: readonly number[]): Maybe {
  return values.length === 0 ? null : sum(values) / values.length
}

/** Standard deviation; `less` is subtracted from the count (1 for a sample's). */
export function deviation(values: readonly number[], less = 0): Maybe {
  const middle = mean(values)
  if (middle === null || values.length <= less) return null
  const squares = sum(values.map((value) => (value - middle) ** 2))
  return Math.sqrt(squares / (values.length - less))
}

/** The value below which a fraction of the values lies, interpolated. */
export function quantile(values: readonly number[], fraction: number): Maybe {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * fraction
  const low = sorted[Math.floor(place)] ?? 0
  const high = sorted[Math.ceil(place)] ?? 0
  return low + (high - low) * (place % 1)
}

export function median(values: readonly number[]): Maybe {
  return quantile(values, 0.5)
}

/** The nth central moment over the deviation to the nth: skewness (3), kurtosis (4). */
export function standardMoment(values: readonly number[], order: number): Maybe {
  const middle = mean(values)
  const spread = deviation(values)
  if (middle === null || spread === null || spread === 0) return null
  return (mean(values.map((value) => (value - middle) ** order)) ?? 0) / spread ** order
}

export function covariance(first: readonly number[], second: readonly number[]): Maybe {
  const a = mean(first)
  const b = mean(second)
  if (a === null || b === null) return null
  return mean(first.map((value, index) => (value - a) * ((second[index] ?? 0) - b)))
}

/** null where the denominator is zero or a part is missing. */
export function ratio(above: Maybe, below: Maybe): Maybe {
  return above === null || below === null || below === 0 ? null : above / below
}

export function greatest(values: readonly number[]): Maybe {
  return values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b))
}

export function least(values: readonly number[]): Maybe {
  return values.length === 0 ? null : values.reduce((a, b) => Math.min(a, b))
}

/** The normal distribution's probability of less than `z`. */
export function normalBelow(z: number): number {
  const within = incompleteGamma(0.5, (z * z) / 2)
  return z < 0 ? (1 - within) / 2 : (1 + within) / 2
}

/** Where the normal distribution has this probability below; found by halving. */
export function normalAt(probability: number): number {
  let low = -40
  let high = 40
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2
    if (normalBelow(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The probability of a value at least this far from zero in Student's distribution. */
export function studentTwoSided(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const base = shifted + LANCZOS.length - 0.5
  const series = LANCZOS.reduce(
    (total, part, index) => total + part / (shifted + index + 1),
    0.99999999999980993,
  )
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series)
}

/** Regularised lower incomplete gamma function by its series; enough for small arguments. */
function incompleteGamma(a: number, x: number): number {
  if (x <= 0) return 0
  if (x > 700) return 1
  let term = 1 / a
  let total = term
  for (let n = 1; n < 5_000 && Math.abs(term) > Math.abs(total) * 1e-17; n += 1) {
    term *= x / (a + n)
    total += term
  }
  return Math.min(1, total * Math.exp(a * Math.log(x) - x - logGamma(a)))
}

/** Regularised incomplete beta function by Lentz's continued fraction. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front =
    Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) /
    a
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m < 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return front * fraction
}
