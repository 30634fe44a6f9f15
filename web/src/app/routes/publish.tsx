import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { FlaskConical } from 'lucide-react'

import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { authorQueries } from '@/features/marketplace/author/api'
import { HandleForm } from '@/features/marketplace/publish/handle-form'
import {
  type Candidate,
  NewListingForm,
  NewVersionForm,
} from '@/features/marketplace/publish/publish-form'
import { Steps } from '@/features/marketplace/publish/steps'
import { runQueries } from '@/features/runs/api'
import { profitOf, type Run } from '@/features/runs/schemas'

/** The first step of publishing: a verified run of a strategy's version, and what is said about it. */
export function PublishPage() {
  const { listing } = useSearch({ from: '/shell/marketplace/publish' })
  const author = useQuery(authorQueries.mine())
  return (
    <Page
      title={listing === undefined ? 'Publish a strategy' : 'Publish a new version'}
      crumb={<Link to="/marketplace/mine">Mine</Link>}
    >
      <Steps at={0} />
      {author.isError && <Problem error={author.error} onRetry={() => void author.refetch()} />}
      {author.isPending && <Waiting />}
      {author.data === null && <HandleForm author={null} />}
      {author.data != null && <Candidates />}
    </Page>
  )
}

function Candidates() {
  const { strategyId, run: chosen, listing } = useSearch({ from: '/shell/marketplace/publish' })
  const navigate = useNavigate({ from: '/marketplace/publish' })
  const runs = useInfiniteQuery(runQueries.list({ state: 'succeeded', strategyId }))
  const named = useQuery({ ...runQueries.detail(chosen ?? ''), enabled: chosen !== undefined })
  const failed = [runs, named].find((query) => query.isError)
  if (failed !== undefined) {
    return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  }
  if (runs.data === undefined || (chosen !== undefined && named.data === undefined)) {
    return <Waiting />
  }
  const listed = runs.data.pages.flatMap((page) => page.items)
  const candidates = [
    ...(named.data === undefined || listed.some(({ id }) => id === named.data.id)
      ? []
      : [named.data]),
    ...listed,
  ].flatMap(candidateOf)
  if (candidates.length === 0) return <NoRun />
  const common = {
    candidates,
    chosen,
    onChoose: (run: string) =>
      void navigate({ search: (before) => ({ ...before, run }), replace: true }),
    onMade: (listingId: string) =>
      void navigate({ to: '/marketplace/$listingId/edit', params: { listingId } }),
  }
  return listing === undefined ? (
    <NewListingForm {...common} />
  ) : (
    <NewVersionForm {...common} listingId={listing} />
  )
}

/** What may be published: runs whose every figure was recomputed. */
function candidateOf(run: Run): Candidate[] {
  if (!run.isVerified || run.strategy.listed !== null) return []
  const { exchange, pairs, timeframe, start, end } = run.spec
  const { id: strategyId, name: strategyName, version } = run.strategy
  return [
    {
      runId: run.id,
      strategyId,
      strategyName,
      version,
      exchange,
      pairs,
      timeframe,
      start,
      end,
      profit: profitOf(run),
    },
  ]
}

function Waiting() {
  return (
    <Loading label="Loading the form">
      <Skeleton height="40rem" />
    </Loading>
  )
}

function NoRun() {
  return (
    <Empty
      icon={FlaskConical}
      title="First a backtest"
      text="A strategy is published as one of its verified backtests ran it."
    >
      <ButtonLink to="/backtests/new" look="primary">
        New backtest
      </ButtonLink>
    </Empty>
  )
}
