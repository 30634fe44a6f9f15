import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FlaskConical, Plus } from 'lucide-react'
import { lazy, Suspense } from 'react'

import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { QuotaMeters } from '@/features/accounts/quota-meters'
import { isSettled, runQueries } from '@/features/runs/api'
import type { Run } from '@/features/runs/schemas'
import { strategyQueries } from '@/features/strategies/api'
import { formatAgo } from '@/lib/format'

import { RunItem } from './home-runs'
import styles from './home.module.css'

const FirstSteps = lazy(() => import('./home-first-steps'))

const WHILE_RUNNING_MS = 2_000
const SHOWN = 6

export function HomePage() {
  const runs = useInfiniteQuery({
    ...runQueries.list({}),
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items.some((run) => !isSettled(run)) === true
        ? WHILE_RUNNING_MS
        : false,
  })
  const strategies = useInfiniteQuery(strategyQueries.list(false))
  const found = runs.data?.pages.flatMap((page) => page.items)
  const isNew = found?.length === 0 && strategies.data?.pages[0]?.items.length === 0
  return (
    <Page
      title="Home"
      actions={
        <ButtonLink to="/backtests/new" look="primary">
          <Plus size={16} aria-hidden />
          New backtest
        </ButtonLink>
      }
    >
      {isNew && (
        <Suspense fallback={<Skeleton height="10rem" />}>
          <FirstSteps />
        </Suspense>
      )}
      <div className={styles['grid']}>
        <div className={styles['column']}>
          {runs.isPending && <Holding label="Loading backtests" height="22rem" />}
          {runs.isError && <Problem error={runs.error} onRetry={() => void runs.refetch()} />}
          {found !== undefined && <Runs runs={found} />}
        </div>
        <div className={styles['column']}>
          <Panel title="Strategies" isFlush>
            {strategies.isPending && <Holding label="Loading strategies" height="14rem" />}
            {strategies.isError && (
              <Problem error={strategies.error} onRetry={() => void strategies.refetch()} />
            )}
            {strategies.data && <Strategies items={strategies.data.pages[0]?.items ?? []} />}
          </Panel>
          <Panel title="Quotas">
            <QuotaMeters />
          </Panel>
        </div>
      </div>
    </Page>
  )
}

function Holding({ label, height }: { label: string; height: string }) {
  return (
    <Loading label={label}>
      <Skeleton height={height} />
    </Loading>
  )
}

function Runs({ runs }: { runs: readonly Run[] }) {
  const active = runs.filter((run) => !isSettled(run))
  const settled = runs.filter(isSettled)
  return (
    <>
      {active.length > 0 && (
        <Panel title="Running now" isFlush>
          <ul className={styles['list']}>
            {active.map((run) => (
              <RunItem key={run.id} run={run} />
            ))}
          </ul>
        </Panel>
      )}
      <Panel title="Last results" isFlush>
        {settled.length === 0 ? (
          <Empty
            icon={FlaskConical}
            title="No results yet"
            text="A backtest shows what a strategy would have done with real candles."
          >
            <ButtonLink to="/backtests/new">Run a backtest</ButtonLink>
          </Empty>
        ) : (
          <>
            <ul className={styles['list']}>
              {settled.slice(0, SHOWN).map((run) => (
                <RunItem key={run.id} run={run} />
              ))}
            </ul>
            <p className={styles['more']}>
              <Link to="/backtests">All backtests</Link>
            </p>
          </>
        )}
      </Panel>
    </>
  )
}

interface StrategyItem {
  id: string
  name: string
  latestVersion: number
  updatedAt: string
}

function Strategies({ items }: { items: readonly StrategyItem[] }) {
  if (items.length === 0) {
    return (
      <p className={styles['more']}>
        None yet. <Link to="/strategies">Make one</Link> from a template or a file.
      </p>
    )
  }
  return (
    <>
      <ul className={styles['list']}>
        {items.slice(0, SHOWN).map((strategy) => (
          <li key={strategy.id}>
            <Link
              to="/strategies/$strategyId"
              params={{ strategyId: strategy.id }}
              className={styles['item']}
            >
              <span className={styles['name']}>{strategy.name}</span>
              <span className={styles['muted']}>
                {strategy.latestVersion === 0 ? 'draft' : `v${strategy.latestVersion}`}
              </span>
              <span className={styles['facts']}>changed {formatAgo(strategy.updatedAt)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <p className={styles['more']}>
        <Link to="/strategies">All strategies</Link>
      </p>
    </>
  )
}
