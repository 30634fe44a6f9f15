import { Link, Outlet, useParams } from '@tanstack/react-router'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Page, tabClass, TabLinks } from '@/components/layout/page'
import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { isSettled } from '@/features/runs/api'
import { LogPanel } from '@/features/runs/log-panel'
import { RunFailure } from '@/features/runs/run-failure'
import { RunProgress } from '@/features/runs/run-progress'
import { RunSentence } from '@/features/runs/run-sentence'
import type { Run } from '@/features/runs/schemas'
import { StateBadge } from '@/features/runs/state-badge'
import { DeleteRun } from '@/features/runs/delete-run'
import { useLiveRun } from '@/features/runs/use-live-run'
import { VerifiedBadge } from '@/features/runs/verified-badge'
import { ShareButton } from '@/features/shares/share-button'
import { ApiError } from '@/lib/problem'

const TABS = [
  ['/backtests/$runId', 'Overview'],
  ['/backtests/$runId/metrics', 'Metrics'],
  ['/backtests/$runId/trust', 'Trust'],
  ['/backtests/$runId/chart', 'Chart'],
  ['/backtests/$runId/trades', 'Trades'],
  ['/backtests/$runId/breakdown', 'Breakdown'],
  ['/backtests/$runId/details', 'Settings, code, log, files'],
] as const

const crumb = <Link to="/backtests">Backtests</Link>

/** One run: live while it is under way, then its result in tabs that are addresses. */
export function RunPage() {
  const { runId } = useParams({ from: '/shell/backtests/$runId' })
  const { data: run, error, refetch } = useLiveRun(runId)
  if (run !== undefined) return <Known run={run} />
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />
  return (
    <Page title="Backtest" crumb={crumb}>
      {error === null ? (
        <Loading label="The backtest is loading">
          <Skeleton height="40rem" />
        </Loading>
      ) : (
        <Problem error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  )
}

function Known({ run }: { run: Run }) {
  return (
    <Page
      title={`${run.strategy.name} v${run.strategy.version}`}
      crumb={crumb}
      mark={<Marks run={run} />}
      lead={<RunSentence run={run} />}
      actions={
        isSettled(run) && (
          <>
            {run.state === 'succeeded' && <ShareButton runId={run.id} />}
            <NextSteps run={run} />
          </>
        )
      }
    >
      {run.state === 'succeeded' ? <Result runId={run.id} /> : <WithoutResult run={run} />}
    </Page>
  )
}

/** What may be done with a strategy of one's own; somebody else's is tried again from its page. */
function NextSteps({ run }: { run: Run }) {
  const { id, isVerified, strategy } = run
  if (strategy.listed !== null) {
    const { listingId } = strategy.listed
    return (
      <ButtonLink to="/marketplace/$listingId" params={{ listingId }}>
        Back to the strategy
      </ButtonLink>
    )
  }
  return (
    <>
      {isVerified && (
        <ButtonLink to="/marketplace/publish" search={{ strategyId: strategy.id, run: id }}>
          Publish
        </ButtonLink>
      )}
      <ButtonLink to="/backtests/new" search={{ from: id }}>
        Repeat with one change
      </ButtonLink>
    </>
  )
}

function Marks({ run }: { run: Run }) {
  return (
    <>
      {run.isVerified ? <VerifiedBadge /> : <StateBadge state={run.state} />}{' '}
      {run.isSimulated && <Badge tone="warning">Simulated market</Badge>}
    </>
  )
}

function Result({ runId }: { runId: string }) {
  return (
    <>
      <TabLinks label="Parts of the result">
        {TABS.map(([to, text]) => (
          <Link
            key={to}
            to={to}
            params={{ runId }}
            activeOptions={{ exact: true, includeSearch: false }}
            className={tabClass}
          >
            {text}
          </Link>
        ))}
      </TabLinks>
      <Outlet />
    </>
  )
}

function WithoutResult({ run }: { run: Run }) {
  if (!isSettled(run)) return <RunProgress run={run} />
  return (
    <>
      <RunFailure run={run} />
      <LogPanel run={run} />
      <DeleteRun run={run} />
    </>
  )
}
