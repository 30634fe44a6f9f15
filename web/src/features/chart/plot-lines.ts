import type { LineStyle, Plot } from './api'

/** A column and how to draw it. `colour` is the strategy's own, when it names one. */
export interface PlotLine {
  column: string
  kind: LineStyle['type']
  colour: string | null
}

/** A pane of the chart: null is the one of the candles. */
export interface PlotPane {
  title: string | null
  lines: readonly PlotLine[]
}

/** Panes that are shown from the beginning when nobody chose: more would squeeze the candles. */
export const PANES_SHOWN = 2

/** The panes of a plot, the candles' first. */
export function panesOf(plot: Plot): PlotPane[] {
  const lines = (group: Record<string, LineStyle>): PlotLine[] =>
    Object.entries(group).map(([column, style]) => ({
      column,
      kind: style.type,
      colour: style.color,
    }))
  const below = Object.entries(plot.plotConfig.subplots).map(([title, group]) => ({
    title,
    lines: lines(group),
  }))
  return [{ title: null, lines: lines(plot.plotConfig.mainPlot) }, ...below]
}

/** Every column that a set of panes draws, each once. */
export function columnsOf(panes: readonly PlotPane[]): string[] {
  return [...new Set(panes.flatMap((pane) => pane.lines.map((line) => line.column)))]
}
