import { useParams } from '@tanstack/react-router'

import { MetricsView } from '@/features/runs/metrics/metrics-view'
import { ResultStates } from '@/features/runs/result-states'
import { useResult } from '@/features/runs/use-result'

export function RunMetrics() {
  const { runId } = useParams({ from: '/shell/backtests/$runId' })
  const { result, error, retry } = useResult(runId)
  if (result === undefined) return <ResultStates error={error} onRetry={retry} />
  return <MetricsView {...result} />
}
