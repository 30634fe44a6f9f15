import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useState } from 'react'

import { Skeleton } from '@/components/ui/skeleton'
import type { ChartPlace } from '@/features/chart/candle-chart'
import { StrategyEditor } from '@/features/strategies/editor/strategy-editor'
import { LatestRun } from '@/features/strategies/latest-run'
import { StrategyFrame } from '@/features/strategies/strategy-frame'

const RunChartView = lazy(() => import('../run-chart-view'))

const route = getRouteApi('/shell/strategies/$strategyId')

/** The editor, with the latest run's chart beside it on request. */
export function StrategyEditorPage() {
  const { strategyId } = route.useParams()
  const { line } = route.useSearch()
  return (
    <StrategyFrame strategyId={strategyId}>
      {(strategy) => (
        <StrategyEditor
          // Another strategy is another editor, with an undo history of its own.
          key={strategy.id}
          strategy={strategy}
          line={line}
          chart={
            <LatestRun strategyId={strategy.id}>
              {(run) => <ChartBeside key={run.id} runId={run.id} />}
            </LatestRun>
          }
        />
      )}
    </StrategyFrame>
  )
}

/** Here the address belongs to the editor, so the chart keeps its place to itself. */
function ChartBeside({ runId }: { runId: string }) {
  const [place, setPlace] = useState<ChartPlace>({})
  const move = useCallback(
    (change: ChartPlace) => setPlace((known) => ({ ...known, ...change })),
    [],
  )
  return (
    <Suspense fallback={<Skeleton height="68vh" />}>
      <RunChartView runId={runId} place={place} onPlace={move} />
    </Suspense>
  )
}
