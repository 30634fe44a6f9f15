import 'uplot/dist/uPlot.min.css'

import { useEffect, useMemo, useRef } from 'react'
import UPlot from 'uplot'

import { formatSignedPercent } from '@/lib/format'
import { tokenColour, useIsDark } from '@/lib/theme'

import styles from './compare.module.css'
import { type EquityColumns, joinEquities } from './equity-data'
import { type ComparedRun, letterOf } from './model'

const DASHES = [[], [8, 3], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4]] as const
const HEIGHT = 340
// The library's own enum exists in its types only.
/* eslint-disable @typescript-eslint/no-unsafe-enum-assignment */
const LINEAR: UPlot.Scale.Distr = 1
const LOGARITHMIC: UPlot.Scale.Distr = 3
/* eslint-enable @typescript-eslint/no-unsafe-enum-assignment */

interface EquityChartProps {
  runs: readonly ComparedRun[]
  isLog: boolean
  /** All begin at the left edge, and the axis counts days. */
  isAligned: boolean
}

/** The runs' equity on one axis, each as its gain since its own start. Lines differ by colour and by dash. */
export function EquityChart({ runs, isLog, isAligned }: EquityChartProps) {
  const ref = useRef<HTMLDivElement>(null)
  const isDark = useIsDark()
  const data = useMemo(
    () =>
      joinEquities(
        runs.map(({ equity }) => equity),
        isAligned,
      ),
    [runs, isAligned],
  )
  const count = runs.length
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const chart = new UPlot(
      { ...optionsOf(count, isLog, isAligned), width: Math.max(element.clientWidth, 100) },
      data,
      element,
    )
    const watcher = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: HEIGHT })
    })
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      chart.destroy()
    }
    // A theme has other colours, which the chart reads when it is made.
  }, [data, count, isLog, isAligned, isDark])
  return <div ref={ref} role="img" aria-label={sentenceOf(runs, data)} className={styles['plot']} />
}

function optionsOf(count: number, isLog: boolean, isAligned: boolean) {
  const axis = { stroke: tokenColour('--chart-axis'), grid: gridOf(), ticks: gridOf() }
  return {
    height: HEIGHT,
    tzDate: (seconds: number) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    scales: { x: { time: !isAligned }, y: { distr: isLog ? LOGARITHMIC : LINEAR } },
    axes: [
      isAligned ? { ...axis, values: daysOf, incrs: DAY_STEPS } : axis,
      {
        ...axis,
        size: 70,
        values: (_chart: UPlot, ticks: number[]) =>
          ticks.map((tick: number | null) => (tick === null ? '' : gain(tick))),
      },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, index) => ({
        label: letterOf(index),
        stroke: colourOf(index),
        dash: [...(DASHES[index] ?? [])],
        width: 2,
        spanGaps: true,
        points: { show: false },
      })),
    ],
  }
}

const DAY = 86_400
const DAY_STEPS = [1, 2, 5, 10, 20, 30, 60, 90, 180, 365].map((days) => days * DAY)

function daysOf(_chart: UPlot, ticks: number[]): string[] {
  return ticks.map((tick) => `day ${Math.round(tick / DAY)}`)
}

function gridOf() {
  return { stroke: tokenColour('--chart-grid'), width: 1 }
}

/** The colour of a run's line. */
export function colourOf(index: number): string {
  return tokenColour(`--series-${index + 1}`)
}

function gain(multiple: number): string {
  return formatSignedPercent(multiple - 1, 1)
}

function sentenceOf(runs: readonly ComparedRun[], [, ...columns]: EquityColumns): string {
  const ends = runs.map((run, index) => {
    const last = columns[index]?.findLast((value) => value !== null)
    return `${letterOf(index)}, ${run.name}: ${last == null ? 'no result' : gain(last)}`
  })
  return `Equity of the compared runs since their start. ${ends.join('; ')}.`
}
