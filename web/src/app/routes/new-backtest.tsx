import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { useCallback, useState } from 'react'

import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { marketDataQueries } from '@/features/new-backtest/api'
import { NewBacktestForm } from '@/features/new-backtest/new-backtest-form'
import { candleSteps, type PastRun, type Plan } from '@/features/new-backtest/plan'
import { EMPTY_PLAN, planOf } from '@/features/new-backtest/presets'
import { runQueries } from '@/features/runs/api'
import type { Run } from '@/features/runs/schemas'
import { strategyQueries } from '@/features/strategies/api'

const route = getRouteApi('/shell/backtests/new')

export function NewBacktestPage() {
  const search = route.useSearch()
  const exchanges = useQuery(marketDataQueries.exchanges())
  const strategies = useInfiniteQuery(strategyQueries.list(false))
  const runs = useInfiniteQuery(runQueries.list({}))
  const repeated = useQuery({ ...runQueries.detail(search.from ?? ''), enabled: !!search.from })
  const needed = [exchanges, strategies, runs, ...(search.from === undefined ? [] : [repeated])]
  const failed = needed.find((query) => query.isError)
  const crumb = <Link to="/backtests">Backtests</Link>
  return (
    <Page title={search.from === undefined ? 'New backtest' : 'Repeat with a change'} crumb={crumb}>
      {failed !== undefined ? (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      ) : exchanges.data === undefined ||
        strategies.data === undefined ||
        runs.data === undefined ||
        (search.from !== undefined && repeated.data === undefined) ? (
        <Loading label="Loading the form">
          <Skeleton height="48rem" />
        </Loading>
      ) : (
        <Form
          key={search.from ?? ''}
          exchanges={exchanges.data}
          strategies={strategies.data.pages.flatMap((page) => page.items)}
          runs={runs.data.pages.flatMap((page) => page.items)}
          repeated={repeated.data ?? null}
        />
      )}
    </Page>
  )
}

interface FormProps {
  exchanges: Parameters<typeof NewBacktestForm>[0]['exchanges']
  strategies: readonly { id: string; name: string; latestVersion: number }[]
  runs: readonly Run[]
  repeated: Run | null
}

function Form({ exchanges, strategies, runs, repeated }: FormProps) {
  const search = route.useSearch()
  const navigate = useNavigate()
  const client = useQueryClient()
  const runnable = strategies.filter((strategy) => strategy.latestVersion > 0)
  const before = repeated === null ? null : planOf(repeated)
  const [initial] = useState<Plan>(() => before ?? firstPlan(search, runnable, exchanges, runs))
  const [chosen, setChosen] = useState({ id: initial.strategyId, version: initial.version })
  const sets = useQuery({
    ...strategyQueries.parameterSets(chosen.id, chosen.version),
    enabled: chosen.id !== '',
  })
  const version = useQuery({
    ...strategyQueries.version(chosen.id, chosen.version),
    enabled: chosen.id !== '',
  })
  const follow = useCallback((id: string, version: number) => setChosen({ id, version }), [])
  if (runnable.length === 0) return <NoStrategy />
  return (
    <NewBacktestForm
      exchanges={exchanges}
      strategies={runnable}
      parameterSets={sets.data ?? []}
      ownTimeframe={version.data?.check.timeframe ?? null}
      initial={initial}
      repeated={before}
      past={runs.flatMap(pastOf)}
      onStrategy={follow}
      onStarted={(runId) => {
        void client.invalidateQueries({ queryKey: runQueries.lists() })
        void navigate({ to: '/backtests/$runId', params: { runId } })
      }}
    />
  )
}

function NoStrategy() {
  return (
    <Empty
      icon={ScrollText}
      title="First a strategy"
      text="A backtest needs a strategy with a saved version. Start from a template, or upload one."
    >
      <ButtonLink to="/strategies" look="primary">
        To the strategies
      </ButtonLink>
    </Empty>
  )
}

/** The market and money of the last run, with the strategy that the address names. */
function firstPlan(
  search: {
    strategyId?: string | undefined
    version?: number | undefined
    parameterSet?: string | undefined
  },
  strategies: FormProps['strategies'],
  exchanges: FormProps['exchanges'],
  runs: readonly Run[],
): Plan {
  const last = runs.find((run) => run.state === 'succeeded')
  const base = last === undefined ? EMPTY_PLAN : planOf(last)
  const wanted = search.strategyId ?? base.strategyId
  const strategy = strategies.find((each) => each.id === wanted) ?? strategies[0]
  return {
    ...base,
    exchange: base.exchange === '' ? (exchanges[0]?.name ?? '') : base.exchange,
    strategyId: strategy?.id ?? '',
    version: search.version ?? strategy?.latestVersion ?? 1,
    parameterSet: search.parameterSet ?? '',
  }
}

function pastOf(run: Run): PastRun[] {
  const { running, verifying } = run.enteredAt
  if (run.servedFrom !== null || running === undefined || verifying === undefined) return []
  const plan = planOf(run)
  return [
    { steps: candleSteps(plan), seconds: (Date.parse(verifying) - Date.parse(running)) / 1000 },
  ]
}
