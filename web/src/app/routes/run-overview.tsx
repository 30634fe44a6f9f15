import { useParams } from '@tanstack/react-router'

import { Overview } from '@/features/runs/overview/overview'
import { ResultStates } from '@/features/runs/result-states'
import { useResult } from '@/features/runs/use-result'

export function RunOverview() {
  const { runId } = useParams({ from: '/shell/backtests/$runId' })
  const { result, error, retry } = useResult(runId)
  if (result === undefined) return <ResultStates error={error} onRetry={retry} />
  return <Overview key={runId} {...result} />
}
