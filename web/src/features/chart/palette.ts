import { tokenColour, useIsDark } from '@/lib/theme'

const TOKENS = {
  surface: '--surface-raised',
  text: '--text',
  muted: '--chart-axis',
  grid: '--chart-grid',
  gain: '--gain',
  loss: '--loss',
  gainFill: '--gain-surface',
  lossFill: '--loss-surface',
  focus: '--focus',
  warning: '--warning',
  info: '--info',
} as const

export type Palette = Record<keyof typeof TOKENS, string> & { series: readonly string[] }

const known = new Map<boolean, Palette>()

/** The tokens' colours as a canvas understands them, of the theme that is on. */
export function usePalette(): Palette {
  const isDark = useIsDark()
  const palette = known.get(isDark) ?? readPalette()
  known.set(isDark, palette)
  return palette
}

/** The same, read anew: each colour makes the browser compute styles, so never in a frame. */
export function readPalette(): Palette {
  const named = Object.fromEntries(
    Object.entries(TOKENS).map(([name, token]) => [name, tokenColour(token)]),
  ) as Record<keyof typeof TOKENS, string>
  const series = [1, 2, 4, 3, 5, 6].map((n) => tokenColour(`--series-${n}`))
  return { ...named, series }
}

/** A colour with less opacity; `colour` is `rgb(…)`, as browsers compute colours. */
export function faded(colour: string, opacity: number): string {
  const parts = colour.match(/[\d.]+/g)
  if (!colour.startsWith('rgb') || parts === null) return colour
  return `rgba(${parts.slice(0, 3).join(', ')}, ${opacity})`
}
