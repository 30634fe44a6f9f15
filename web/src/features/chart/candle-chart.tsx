import { useEffect, useMemo, useState } from 'react'

import { Problem } from '@/components/ui/problem'

import type { Plot } from './api'
import { BarsTable } from './bars-table'
import styles from './chart.module.css'
import { CursorStore } from './cursor-store'
import { gridOf, type View } from './grid'
import { Legend } from './legend'
import { type Measure, measureText } from './measure'
import type { ChartRun, ChartTrade, RoiTable } from './model'
import { PairPicker } from './pair-picker'
import type { PairSource } from './source'
import { PaneToggles, Toolbar } from './toolbar'
import { linesOf, sentenceOf, shapesOf } from './trade-shapes'
import { useChartActions } from './use-actions'
import { useController, useSource } from './use-chart'
import { useSourceState } from './use-source-state'
import { useJumps, useShownPanes } from './use-view-state'

/** Which part of the run is shown: state that the address holds. */
export interface ChartPlace {
  pair?: string | undefined
  /** Milliseconds UTC in the middle of the view. */
  at?: number | undefined
  trade?: number | undefined
}

interface CandleChartProps {
  run: ChartRun
  plot: Plot
  trades: readonly ChartTrade[]
  roi: RoiTable
  place: ChartPlace
  /** Changes the address without a new step in the history. */
  onPlace: (change: ChartPlace) => void
}

/** Candles of a pair with the strategy's indicators and the run's trades. */
export function CandleChart({ run, plot, trades, roi, place, onPlace }: CandleChartProps) {
  const grid = useMemo(() => gridOf(run), [run])
  const pair = run.pairs.find((known) => known === place.pair) ?? run.pairs[0] ?? ''
  const source = useSource(run, grid, plot, pair)
  const shapes = useMemo(() => shapesOf(grid, trades, pair), [grid, trades, pair])
  const selected = shapes.find(({ trade }) => trade.number === place.trade) ?? null
  const [store] = useState(() => new CursorStore())
  const [view, setView] = useState<View | null>(null)
  const [measure, setMeasure] = useState<Measure | null>(null)
  const panes = useShownPanes(plot)
  const reportView = useSettled(setView)
  const { ref, controller } = useController(grid, {
    onCursor: store.set,
    onView: reportView,
    onMeasure: setMeasure,
    onTrade: ({ trade }) => onPlace({ trade: trade.number, pair }),
  })
  useEffect(() => controller?.setSource(source), [controller, source])
  useEffect(() => controller?.setPanes(panes.shown), [controller, panes.shown])
  useEffect(() => {
    const lines = selected && { shape: selected, lines: linesOf(grid, selected, roi) }
    controller?.setTrades(shapes, lines)
  }, [controller, grid, shapes, selected, roi])
  useJumps({ controller, grid, place, selected, view, onPlace })
  const tools = useChartActions({ run, grid, controller, store, shapes, selected, pair, onPlace })
  const counts = useMemo(() => countByPair(trades), [trades])
  return (
    // Keys work wherever the focus is inside; each has a button too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section className={styles['chart']} aria-label="Chart" onKeyDown={tools.onKeyDown}>
      <Toolbar
        actions={tools.actions}
        isMeasuring={tools.isMeasuring}
        isHeikinAshi={tools.isHeikinAshi}
        position={tools.position}
        days={[dayOf(run.start), dayOf(run.end - 1)]}
        picker={
          <PairPicker
            pairs={run.pairs}
            counts={counts}
            value={pair}
            onChange={(next) => onPlace({ pair: next, trade: undefined })}
          />
        }
        panes={<PaneToggles panes={panes.all} shown={panes.titles} onToggle={panes.toggle} />}
      />
      <div
        className={styles['frame']}
        // The chart is moved by keys, so it must take the focus.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="group"
        aria-label={`Candles of ${pair}. Arrow keys move the cursor, plus and minus zoom, N and P go from trade to trade, M measures.`}
      >
        <Legend store={store} panes={panes.shown} />
        <SourceStatus source={source} />
        <div ref={ref} className={styles['canvas']} data-measuring={tools.isMeasuring} />
      </div>
      <p className={styles['trade']} aria-live="polite">
        {measure === null
          ? selected === null
            ? ''
            : sentenceOf(selected)
          : `Measured: ${measureText(measure, grid.step)}`}
      </p>
      <BarsTable source={source} view={view} />
      <Foot plot={plot} />
    </section>
  )
}

function SourceStatus({ source }: { source: PairSource }) {
  const { isEmpty, error } = useSourceState(source)
  if (error !== null) {
    return (
      <div className={styles['busy']}>
        <Problem error={error} onRetry={() => source.retry()} />
      </div>
    )
  }
  return isEmpty ? (
    <div className={styles['busy']} role="status">
      Loading candles of {source.pair} …
    </div>
  ) : null
}

function Foot({ plot }: { plot: Plot }) {
  return (
    <footer className={styles['foot']}>
      {plot.isDefault && (
        <p>
          This strategy has no plot configuration, so its first columns are shown: prices over the
          candles, the rest below.
        </p>
      )}
      {plot.leftOut.map((text) => (
        <p key={text}>{text}</p>
      ))}
      {plot.pairs.length > 0 && (
        <p>Indicators are the strategy&apos;s own figures; the platform does not recompute them.</p>
      )}
      <p>
        Charts by{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
          TradingView Lightweight Charts™
        </a>
        .
      </p>
    </footer>
  )
}

function countByPair(trades: readonly ChartTrade[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { pair } of trades) counts.set(pair, (counts.get(pair) ?? 0) + 1)
  return counts
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

const SETTLED_MS = 300

/** Reports the last value once none has come for a moment, so that panning renders nothing. */
function useSettled<T>(report: (value: T) => void): (value: T) => void {
  const [settled] = useState(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    return (value: T) => {
      clearTimeout(timer)
      timer = setTimeout(() => report(value), SETTLED_MS)
    }
  })
  return settled
}
