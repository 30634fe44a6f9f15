import 'uplot/dist/uPlot.min.css'

import { memo, useEffect, useRef } from 'react'
import uPlot from 'uplot'

import { tokenColour, useIsDark } from '@/lib/theme'

import styles from './plot.module.css'

export interface PlotSeries {
  label: string
  /** A token of tokens.css. */
  colour: `--${string}`
  values: readonly (number | null)[]
  isDashed?: boolean
  /** Fills down to zero. */
  isFilled?: boolean
}

/** Milliseconds UTC. */
export interface Range {
  start: number
  until: number
}

/** From here on (milliseconds UTC) the chart shows something else, which is said at its top. */
export interface Mark {
  at: number
  text: string
}

export interface TimeChartProps {
  /** Says what the chart shows, for screen readers. */
  label: string
  /** Milliseconds UTC, one per value of each series. */
  times: readonly number[]
  series: readonly PlotSeries[]
  /** Pixels. */
  height: number
  isLog?: boolean
  format: (value: number) => string
  /** What is shown; all of it when null. */
  range?: Range | null
  /** The user dragged across a stretch, or asked for everything (null). */
  onRange?: (range: Range | null) => void
  /** Charts with the same key share their cursor. */
  sync?: string
  mark?: Mark | null
}

/** uPlot in React: drawn anew when data or theme change, moved when only the range does. */
export default memo(function Plot(props: TimeChartProps) {
  const { times, series, height, isLog = false, format, range = null, onRange, sync, label } = props
  const { mark = null } = props
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const report = useRef(onRange)
  const isDark = useIsDark()
  useEffect(() => {
    report.current = onRange
  }, [onRange])

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const made = new uPlot(
      {
        ...optionsOf({ series, format, isLog, isLive: report.current !== undefined, sync }),
        width: element.clientWidth,
        height,
        hooks: {
          drawClear: mark === null ? [] : [(self) => shade(self, mark)],
          draw: mark === null ? [] : [(self) => name(self, mark)],
          setSelect: [
            (self) => {
              if (self.select.width < 4) return
              const start = self.posToVal(self.select.left, 'x') * 1000
              const until = self.posToVal(self.select.left + self.select.width, 'x') * 1000
              self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
              report.current?.({ start, until })
            },
          ],
        },
      },
      dataOf(times, series),
      element,
    )
    plot.current = made
    const showAll = () => report.current?.(null)
    made.over.addEventListener('dblclick', showAll)
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [times, series, height, isLog, format, sync, isDark, mark])

  const first = times[0] ?? 0
  const last = times.at(-1) ?? 0
  const start = range?.start ?? first
  const until = range?.until ?? last
  useEffect(() => {
    plot.current?.setScale('x', { min: start / 1000, max: until / 1000 })
  }, [start, until, times, series, isLog, isDark, height, format, sync, mark])

  return <div ref={box} role="img" aria-label={label} className={styles['plot']} />
})

function dataOf(times: readonly number[], series: readonly PlotSeries[]): uPlot.AlignedData {
  return [times.map((time) => time / 1000), ...series.map((each) => [...each.values])]
}

interface Look {
  series: readonly PlotSeries[]
  format: (value: number) => string
  isLog: boolean
  isLive: boolean
  sync: string | undefined
}

// Rows of uPlot's: from this many seconds between ticks on, this format; then those where a year, a month, a day,
// an hour, a minute begins, and how the two are joined.
const DATES: (string | number | null)[][] = [
  [31_536_000, '{YYYY}', null, null, null, null, null, null, 1],
  [2_419_200, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [86_400, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
]

const FONT = '12px "Inter Variable", system-ui, sans-serif'

function optionsOf({
  series,
  format,
  isLog,
  isLive,
  sync,
}: Look): Omit<uPlot.Options, 'width' | 'height'> {
  const axis: uPlot.Axis = {
    stroke: tokenColour('--chart-axis'),
    grid: { stroke: tokenColour('--chart-grid'), width: 1 },
    ticks: { show: false },
    font: FONT,
  }
  return {
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    // uPlot's enum exists in its types only.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
    scales: { x: { time: true }, y: { distr: isLog ? 3 : 1 } },
    axes: [
      { ...axis, values: DATES },
      {
        ...axis,
        size: 72,
        values: (_self, ticks) => ticks.map((tick) => shown(tick, format)),
      },
    ],
    legend: { live: true, markers: { width: 2 } },
    cursor: {
      drag: { x: isLive, y: false, setScale: false },
      ...(sync === undefined ? {} : { sync: { key: sync } }),
    },
    series: [
      { label: 'UTC', value: (_self, seconds) => shown(seconds, utc, '–') },
      ...series.map((each): uPlot.Series => {
        const colour = tokenColour(each.colour)
        return {
          label: each.label,
          stroke: colour,
          width: 1.5,
          points: { show: false },
          value: (_self, value) => shown(value, format, '–'),
          ...(each.isDashed === true ? { dash: [5, 4] } : {}),
          ...(each.isFilled === true ? { fill: faded(colour) } : {}),
        }
      }),
    ],
  }
}

/** Where a mark lies on the canvas; null where it is out of view. */
function placeOf(plot: uPlot, { at }: Mark): { left: number; right: number } | null {
  const right = plot.bbox.left + plot.bbox.width
  const left = Math.max(plot.bbox.left, plot.valToPos(at / 1000, 'x', true))
  return left < right ? { left, right } : null
}

function shade(plot: uPlot, mark: Mark): void {
  const place = placeOf(plot, mark)
  if (place === null) return
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = faded(tokenColour('--accent'))
  ctx.fillRect(place.left, bbox.top, place.right - place.left, bbox.height)
  ctx.fillStyle = tokenColour('--accent')
  ctx.fillRect(place.left, bbox.top, devicePixelRatio, bbox.height)
  ctx.restore()
}

function name(plot: uPlot, mark: Mark): void {
  const place = placeOf(plot, mark)
  if (place === null) return
  const { ctx, bbox } = plot
  ctx.save()
  ctx.fillStyle = tokenColour('--chart-axis')
  ctx.font = FONT.replace('12px', `${12 * devicePixelRatio}px`)
  ctx.textBaseline = 'top'
  const margin = 6 * devicePixelRatio
  // Beside a late mark there is no room to its right.
  const fits = ctx.measureText(mark.text).width + 2 * margin < place.right - place.left
  ctx.textAlign = fits ? 'left' : 'right'
  ctx.fillText(mark.text, place.left + (fits ? margin : -margin), bbox.top + margin)
  ctx.restore()
}

// Against uPlot's types, values are null where there is nothing to show.
function shown(value: number | null, format: (value: number) => string, none = ''): string {
  return value === null ? none : format(value)
}

function utc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')
}

function faded(colour: string): string {
  return colour.replace(/^rgba?\(([^)]+)\)$/, (_whole, parts: string) => {
    const [red, green, blue] = parts.split(/[\s,/]+/)
    return `rgba(${red ?? 0}, ${green ?? 0}, ${blue ?? 0}, 0.14)`
  })
}
