import type { RegistryEntry, Setting } from './api'
import type { Computed, IndicatorUse, Spec } from './spec'

export type Registry = ReadonlyMap<string, RegistryEntry>

export const GROUPS = [
  ['trend', 'Trend'],
  ['momentum', 'Momentum'],
  ['volatility', 'Volatility'],
  ['volume', 'Volume'],
  ['statistics', 'Statistics'],
  ['pattern', 'Candle patterns'],
] as const

export function registryOf(items: readonly RegistryEntry[]): Registry {
  return new Map(items.map((entry) => [entry.name, entry]))
}

export function isPattern(registry: Registry, use: IndicatorUse): boolean {
  return registry.get(use.indicator)?.group === 'pattern'
}

export function usesOf(items: readonly Computed[]): IndicatorUse[] {
  return items.filter((item) => item.kind === 'indicator')
}

/** The indicators that are computed on the strategy's own candles, or on those of an informative. */
export function indicatorsOn(spec: Spec, frame: string | undefined): IndicatorUse[] {
  if (frame === undefined) return usesOf(spec.indicators)
  return usesOf(spec.informatives.find(({ name }) => name === frame)?.indicators ?? [])
}

export function indicatorList(spec: Spec, frame: string | undefined): string {
  if (frame === undefined) return 'indicators'
  return `informatives.${spec.informatives.findIndex(({ name }) => name === frame)}.indicators`
}

/** Indicators of all groups that fit what was typed: every word in name, title or meaning; the closest first. */
export function searchIndicators(
  registry: Registry,
  text: string,
  group: RegistryEntry['group'] | null,
): RegistryEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = [...registry.values()].filter((entry) => {
    if (group !== null && entry.group !== group) return false
    const all = `${entry.name} ${entry.title} ${entry.meaning}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
  const [first] = words
  if (first === undefined) return found
  return found.sort((a, b) => rank(a, first) - rank(b, first))
}

function rank(entry: RegistryEntry, word: string): number {
  if (entry.name === word) return 0
  if (entry.name.startsWith(word)) return 1
  return entry.title.toLowerCase().includes(word) ? 2 : 3
}

const STEPS = 200

/** Where a value lies on its slider, 0 to 200: even steps, or even ratios where the range is wide. */
export function toSlider({ low, high }: Range, value: number): number {
  const share = isWide({ low, high })
    ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
    : (value - low) / (high - low)
  return Math.round(Math.min(1, Math.max(0, share)) * STEPS)
}

export function fromSlider(setting: Range & { isWhole: boolean }, step: number): number {
  const { low, high, isWhole } = setting
  const share = step / STEPS
  const value = isWide(setting) ? low * (high / low) ** share : low + (high - low) * share
  if (isWhole) return Math.round(value)
  return Math.min(high, Math.max(low, Number(value.toPrecision(2))))
}

type Range = Pick<Setting, 'low' | 'high'>

function isWide({ low, high }: Range): boolean {
  return low > 0 && high / low > 20
}
