import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { runQueries } from '@/features/runs/api'
import { DetailsView } from '@/features/runs/details/details-view'
import { ResultStates } from '@/features/runs/result-states'
import type { Run } from '@/features/runs/schemas'
import { strategyQueries } from '@/features/strategies/api'

const CodeView = lazy(() => import('@/components/code-view'))

export function RunDetails() {
  const { runId } = useParams({ from: '/shell/backtests/$runId' })
  const run = useQuery(runQueries.detail(runId))
  const summary = useQuery(runQueries.summary(runId))
  if (run.data === undefined || summary.data === undefined) {
    return (
      <ResultStates error={run.error ?? summary.error} onRetry={() => void summary.refetch()} />
    )
  }
  return (
    <DetailsView
      run={run.data}
      summary={summary.data}
      code={
        run.data.strategy.listed === null ? (
          <CodePanel strategy={run.data.strategy} />
        ) : (
          <ListedPanel {...run.data.strategy.listed} />
        )
      }
    />
  )
}

/** The code and parameters of the very version that was run. */
function CodePanel({ strategy }: { strategy: Run['strategy'] }) {
  const { data, error, refetch } = useQuery(strategyQueries.version(strategy.id, strategy.version))
  return (
    <Panel
      title={`Code of version ${strategy.version}`}
      note={strategy.className}
      actions={
        <Link to="/strategies/$strategyId/versions" params={{ strategyId: strategy.id }}>
          All versions
        </Link>
      }
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <CodeSkeleton />}
      {data !== undefined && (
        <>
          {data.parameters != null && Object.keys(data.parameters).length > 0 && (
            <p>
              Parameters: <code>{JSON.stringify(data.parameters)}</code>
            </p>
          )}
          <Suspense fallback={<CodeSkeleton />}>
            <CodeView
              label={`Code of ${strategy.className}`}
              code={data.code ?? 'The code of this version is no longer stored.'}
            />
          </Suspense>
        </>
      )}
    </Panel>
  )
}

/** The code is the author's to show. */
function ListedPanel({ listingId, version, isClosed }: NonNullable<Run['strategy']['listed']>) {
  return (
    <Panel title="Code">
      <p>
        {isClosed
          ? 'The author does not show this code, so a run of it keeps no log, no archive and no indicators. '
          : 'This is somebody else’s strategy. '}
        <Link
          to="/marketplace/$listingId/versions"
          params={{ listingId }}
          search={isClosed ? {} : { version }}
        >
          {isClosed ? 'Its page in the marketplace' : 'Its code in the marketplace'}
        </Link>
      </p>
    </Panel>
  )
}

function CodeSkeleton() {
  return (
    <Loading label="The code is loading">
      <Skeleton height="36rem" />
    </Loading>
  )
}
