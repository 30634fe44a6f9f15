import type { Palette } from './palette'
import type { PlotLine } from './plot-lines'

/** The strategy's own colour, else the next of the series' colours. */
export function colourOf(line: PlotLine, number: number, palette: Palette): string {
  return line.colour ?? palette.series[number % palette.series.length] ?? palette.text
}
