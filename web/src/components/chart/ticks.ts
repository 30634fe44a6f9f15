/** Round numbers that divide a range into about `count` steps, both ends inside it. */
export function niceTicks(min: number, max: number, count = 5): number[] {
  const span = max - min
  if (!(span > 0)) return [min]
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step =
    [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough
  const first = Math.ceil(min / step - 1e-9)
  const last = Math.floor(max / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
}

/** A function that maps [from, to] to [low, high] in a straight line. */
export function linear(from: number, to: number, low: number, high: number) {
  const scale = to === from ? 0 : (high - low) / (to - from)
  return (value: number): number => low + (value - from) * scale
}
