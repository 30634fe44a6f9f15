export interface Bin {
  from: number
  to: number
  count: number
}

export interface Histogram {
  bins: Bin[]
  /** The density scaled to the bins' counts: [value, count]. */
  density: [number, number][]
}

const MIN_BINS = 10
const MAX_BINS = 50
const DENSITY_POINTS = 80

/**
 * Bins of equal width by Freedman and Diaconis, one of whose edges is zero so that gains and losses never
 * share a bin; and a Gaussian kernel density (bandwidth by Silverman).
 */
export function histogram(values: readonly number[]): Histogram {
  if (values.length === 0) return { bins: [], density: [] }
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0
  const low = at(0)
  const high = at(1)
  const spread = high - low || Math.abs(high) || 1
  const middleHalf = at(0.75) - at(0.25) || spread / 4
  const ideal = (2 * middleHalf) / Math.cbrt(values.length)
  const width = Math.min(spread / MIN_BINS, Math.max(spread / MAX_BINS, ideal))
  const first = Math.floor(low / width)
  const count = Math.floor(high / width) - first + 1
  const bins = Array.from({ length: count }, (_, index) => ({
    from: (first + index) * width,
    to: (first + index + 1) * width,
    count: 0,
  }))
  for (const value of values) {
    const bin = bins[Math.min(count - 1, Math.floor(value / width) - first)]
    if (bin !== undefined) bin.count += 1
  }
  return { bins, density: density(sorted, middleHalf, width) }
}

function density(sorted: readonly number[], middleHalf: number, width: number): [number, number][] {
  const bandwidth = 0.9 * (middleHalf / 1.34) * sorted.length ** -0.2 || width
  const low = (sorted[0] ?? 0) - 2 * bandwidth
  const high = (sorted.at(-1) ?? 0) + 2 * bandwidth
  const scale = width / (bandwidth * Math.sqrt(2 * Math.PI))
  return Array.from({ length: DENSITY_POINTS + 1 }, (_, index) => {
    const x = low + ((high - low) * index) / DENSITY_POINTS
    const total = sorted.reduce(
      (soFar, value) => soFar + Math.exp(-0.5 * ((x - value) / bandwidth) ** 2),
      0,
    )
    return [x, total * scale]
  })
}
