import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

import type { ChartPlace } from '@/features/chart/candle-chart'

import RunChartView from '../run-chart-view'

/** The chart's tab: what it shows is in the address. */
export function RunChart() {
  const { runId } = useParams({ from: '/shell/backtests/$runId/chart' })
  const place = useSearch({ from: '/shell/backtests/$runId/chart' })
  const navigate = useNavigate({ from: '/backtests/$runId/chart' })
  const onPlace = useCallback(
    (change: ChartPlace) =>
      void navigate({
        search: (known) => ({ ...known, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  return <RunChartView runId={runId} place={place} onPlace={onPlace} />
}
