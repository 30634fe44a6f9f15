import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { type Plot, plotQueries } from '@/features/chart/api'
import { CandleChart, type ChartPlace } from '@/features/chart/candle-chart'
import { type ChartRun, type RoiTable, timeframeMs } from '@/features/chart/model'
import { runQueries } from '@/features/runs/api'
import type { Run, Summary } from '@/features/runs/schemas'

interface RunChartViewProps {
  runId: string
  /** Pair, time and trade that are shown. */
  place: ChartPlace
  onPlace: (change: ChartPlace) => void
}

/** A run's candles with the strategy's indicators and trades, for its own tab and beside the editor. */
export default function RunChartView({ runId, place, onPlace }: RunChartViewProps) {
  const run = useQuery(runQueries.detail(runId))
  const isClosed = run.data?.strategy.listed?.isClosed === true
  const shown = useQuery({
    ...plotQueries.plot(runId),
    enabled: run.data !== undefined && !isClosed,
  })
  const bare = useMemo(
    () => (isClosed && run.data ? withoutIndicators(run.data) : null),
    [isClosed, run.data],
  )
  const plot = bare ?? shown.data
  const trades = useQuery(runQueries.trades(runId))
  const summary = useQuery(runQueries.summary(runId))
  const chartRun = useMemo(() => run.data && plot && toChartRun(run.data, plot), [run.data, plot])
  const roi = useMemo(() => roiOf(summary.data), [summary.data])
  const failed = [run, shown, trades].find((query) => query.error !== null)
  if (failed !== undefined) {
    return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  }
  if (chartRun === undefined || plot === undefined || trades.data === undefined) {
    return (
      <Loading label="Loading the chart">
        <Skeleton height="68vh" />
      </Loading>
    )
  }
  return (
    <CandleChart
      run={chartRun}
      plot={plot}
      trades={trades.data}
      roi={roi}
      place={place}
      onPlace={onPlace}
    />
  )
}

/** Closed code shows candles and trades, and nothing that it computed. */
function withoutIndicators({ spec }: Run): Plot {
  const start = Date.parse(spec.start)
  const step = timeframeMs(spec.timeframe)
  const rows = Math.floor((Date.parse(spec.end) - start) / step)
  return {
    plotConfig: { mainPlot: {}, subplots: {} },
    isDefault: true,
    step,
    pairs: spec.pairs.map((pair) => ({ pair, start, rows, columns: [] })),
    leftOut: [],
  }
}

function toChartRun({ id, candleRevision, spec }: Run, plot: Plot): ChartRun {
  // Candles may end before the time that was asked for.
  const ends = plot.pairs.map(({ start, rows }) => start + rows * plot.step)
  const end = Date.parse(spec.end)
  return {
    id,
    candleRevision,
    exchange: spec.exchange,
    timeframe: spec.timeframe,
    isFutures: spec.tradingMode === 'futures',
    pairs: spec.pairs,
    start: Date.parse(spec.start),
    end: ends.length === 0 ? end : Math.min(end, Math.max(...ends)),
  }
}

function roiOf(summary: Summary | undefined): RoiTable {
  const table = summary?.reported.settings['minimal_roi']
  if (typeof table !== 'object' || table === null) return {}
  return Object.fromEntries(
    Object.entries(table).filter((step): step is [string, number] => typeof step[1] === 'number'),
  )
}
