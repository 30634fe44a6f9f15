import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatAgo } from '@/lib/format'

import { strategyQueries, type StrategyRun } from './api'
import { RunOutcome } from './last-result'

interface LatestRunProps {
  strategyId: string
  /** Draws the run's chart. */
  children: (run: StrategyRun) => React.ReactNode
}

/** The strategy's latest run that has a result, for the editor's split view. */
export function LatestRun({ strategyId, children }: LatestRunProps) {
  const runs = useQuery(strategyQueries.runs(strategyId))
  if (runs.isPending) {
    return (
      <Loading label="Loading the latest run">
        <Skeleton height="20rem" />
      </Loading>
    )
  }
  if (runs.isError) return <Problem error={runs.error} onRetry={() => void runs.refetch()} />
  const run = runs.data.find((item) => item.state === 'succeeded')
  if (run === undefined) return <p>No run of this strategy has a result yet.</p>
  return (
    <>
      <p>
        <Link to="/backtests/$runId" params={{ runId: run.id }}>
          Version {run.strategy.version}
        </Link>
        , {formatAgo(run.createdAt)}: <RunOutcome run={run} />
      </p>
      {children(run)}
    </>
  )
}
