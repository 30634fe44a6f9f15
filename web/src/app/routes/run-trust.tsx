import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'

import { runQueries } from '@/features/runs/api'
import { ResultStates } from '@/features/runs/result-states'
import { trustQueries } from '@/features/trust/api'
import { TrustView } from '@/features/trust/trust-view'

export function RunTrust() {
  const { runId } = useParams({ from: '/shell/backtests/$runId' })
  const run = useQuery(runQueries.detail(runId))
  const trust = useQuery(trustQueries.of(runId))
  if (run.data === undefined || trust.data === undefined) {
    return <ResultStates error={trust.error ?? run.error} onRetry={() => void trust.refetch()} />
  }
  const { strategy, spec } = run.data
  return (
    <TrustView
      trust={trust.data}
      {...(strategy.listed === null
        ? {
            lineLink: (line: number) => (
              <Link
                to="/strategies/$strategyId"
                params={{ strategyId: strategy.id }}
                search={{ line }}
              >
                Line {line}
              </Link>
            ),
          }
        : {})}
      wallet={Number(spec.wallet)}
      currency={spec.stakeCurrency}
    />
  )
}
