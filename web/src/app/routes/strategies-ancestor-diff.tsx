import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { listingQueries } from '@/features/marketplace/listing/api'
import { type Strategy, strategyQueries } from '@/features/strategies/api'
import { StrategyFrame } from '@/features/strategies/strategy-frame'

const CodeDiffView = lazy(() => import('../code-diff-view'))

const route = getRouteApi('/shell/strategies/$strategyId/ancestor-diff')

/** What somebody changed of the published strategy that they forked. */
export function StrategyDiffPage() {
  const { strategyId } = route.useParams()
  return (
    <StrategyFrame strategyId={strategyId}>
      {(strategy) => <Changes strategy={strategy} />}
    </StrategyFrame>
  )
}

function Changes({ strategy }: { strategy: Strategy }) {
  const { id, latestVersion, forkedFrom } = strategy
  const before = useQuery({
    ...listingQueries.code(forkedFrom?.listingId ?? '', forkedFrom?.version ?? 0),
    enabled: forkedFrom !== null,
  })
  const after = useQuery(strategyQueries.version(id, latestVersion))
  if (forkedFrom === null) return <NotFoundPage />
  const failed = [before, after].find((query) => query.isError)
  return (
    <Panel
      title="What you changed"
      note={`Version ${latestVersion} of yours against version ${forkedFrom.version} of what you forked`}
    >
      {failed !== undefined ? (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      ) : before.data === undefined || after.data === undefined ? (
        <Waiting />
      ) : (
        <Suspense fallback={<Waiting />}>
          <CodeDiffView before={before.data.code} after={after.data.code ?? ''} />
        </Suspense>
      )}
    </Panel>
  )
}

function Waiting() {
  return (
    <Loading label="Loading both codes">
      <Skeleton height="24rem" />
    </Loading>
  )
}
