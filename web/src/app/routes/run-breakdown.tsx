import { useNavigate, useParams, useSearch } from '@tanstack/react-router'

import { BreakdownView } from '@/features/runs/breakdown/breakdown-view'
import { ResultStates } from '@/features/runs/result-states'
import { useResult } from '@/features/runs/use-result'

const FROM = '/shell/backtests/$runId/breakdown'

export function RunBreakdown() {
  const { runId } = useParams({ from: FROM })
  const { by = 'pairs' } = useSearch({ from: FROM })
  const navigate = useNavigate({ from: '/backtests/$runId/breakdown' })
  const { result, error, retry } = useResult(runId)
  if (result === undefined) return <ResultStates error={error} onRetry={retry} />
  return (
    <BreakdownView
      summary={result.summary}
      currency={result.run.spec.stakeCurrency}
      by={by}
      onBy={(wanted) => void navigate({ search: { by: wanted }, replace: true })}
    />
  )
}
