import type { Palette } from './palette'
import type { PlotLine } from './plot-lines'

/** Below this contrast a line is lost on its background. */
const LEAST_CONTRAST = 2.5

/** The strategy's own colour, moved towards the text's until it can be seen on this theme. */
export function colourOf(line: PlotLine, number: number, palette: Palette): string {
  const next = palette.series[number % palette.series.length] ?? palette.text
  if (line.colour === null) return next
  const own = rgbOf(line.colour)
  const behind = rgbOf(palette.surface)
  if (own === null || behind === null) return next
  return contrast(own, behind) < LEAST_CONTRAST
    ? readable(own, behind, rgbOf(palette.text) ?? own)
    : line.colour
}

/** Keeps the hue, so that two lines that the strategy tells apart stay apart. */
function readable(own: Rgb, behind: Rgb, text: Rgb): string {
  for (let share = 0.2; share < 1; share += 0.2) {
    const mixed = own.map((part, index) =>
      Math.round(part + ((text[index] ?? part) - part) * share),
    )
    const [red = 0, green = 0, blue = 0] = mixed
    if (contrast([red, green, blue], behind) >= LEAST_CONTRAST)
      return `rgb(${red} ${green} ${blue})`
  }
  return `rgb(${text.join(' ')})`
}

type Rgb = readonly [number, number, number]

const known = new Map<string, Rgb | null>()

/** Red, green and blue from 0 to 255, of any colour that CSS knows; null for what is none. */
function rgbOf(colour: string): Rgb | null {
  const found = known.get(colour)
  if (found !== undefined) return found
  const probe = document.createElement('span')
  probe.style.color = colour
  document.body.append(probe)
  const parts = probe.style.color === '' ? null : getComputedStyle(probe).color.match(/[\d.]+/g)
  probe.remove()
  const [red, green, blue] = (parts ?? []).map(Number)
  const rgb =
    red === undefined || green === undefined || blue === undefined
      ? null
      : ([red, green, blue] as const)
  known.set(colour, rgb)
  return rgb
}

/** WCAG's contrast ratio, from 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
