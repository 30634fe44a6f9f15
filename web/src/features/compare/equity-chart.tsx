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

/** The runs' equity on one axis, each as its gain since its own start. Lines differ by colour and by dash. */
export function EquityChart({ runs, isLog }: { runs: readonly ComparedRun[]; isLog: boolean }) {
  const ref = useRef<HTMLDivElement>(null)
  const isDark = useIsDark()
  const data = useMemo(() => joinEquities(runs.map(({ equity }) => equity)), [runs])
  const letters = runs.map((_, index) => letterOf(index)).join('')
  useEffect(() => {
    const element = ref.current
    if (element === null) return
    const chart = new UPlot(optionsOf(letters, isLog, element.clientWidth), data, element)
    const watcher = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: HEIGHT })
    })
    watcher.observe(element)
    return () => {
      watcher.disconnect()
      chart.destroy()
    }
    // A theme has other colours, which the chart reads when it is made.
  }, [data, letters, isLog, isDark])
  return <div ref={ref} role="img" aria-label={sentenceOf(runs, data)} className={styles['plot']} />
}

function optionsOf(letters: string, isLog: boolean, width: number): UPlot.Options {
  const axis = { stroke: tokenColour('--chart-axis'), grid: gridOf(), ticks: gridOf() }
  return {
    width: Math.max(width, 100),
    height: HEIGHT,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    scales: { y: { distr: isLog ? 3 : 1 } },
    axes: [
      axis,
      {
        ...axis,
        size: 70,
        values: (_chart, ticks) => ticks.map((tick) => (tick === null ? '' : gain(tick))),
      },
    ],
    series: [
      {},
      ...[...letters].map((letter, index) => ({
        label: letter,
        stroke: colourOf(index),
        dash: [...(DASHES[index] ?? [])],
        width: 2,
        spanGaps: true,
        points: { show: false },
      })),
    ],
  }
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
