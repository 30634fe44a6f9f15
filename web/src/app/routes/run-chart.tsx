import { useParams, useSearch } from '@tanstack/react-router'

import RunChartView from '../run-chart-view'
import { useSearchWriter } from '../use-search-writer'

/** The chart's tab: what it shows is in the address. */
export function RunChart() {
  const { runId } = useParams({ from: '/shell/backtests/$runId/chart' })
  const place = useSearch({ from: '/shell/backtests/$runId/chart' })
  const onPlace = useSearchWriter(`/backtests/${runId}/chart`)
  return <RunChartView runId={runId} place={place} onPlace={onPlace} />
}
