import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'

import { Page } from '@/components/layout/page'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { Problem } from '@/components/ui/problem'
import { Comparison } from '@/features/compare/comparison'
import { type ComparedRun, MOST_RUNS, readIds } from '@/features/compare/model'
import { RunPicker } from '@/features/compare/run-picker'
import { runQueries } from '@/features/runs/api'
import { type Equity, profitOf, type Run, type Summary } from '@/features/runs/schemas'
import { formatDate, formatSignedPercent, plural } from '@/lib/format'

/** Up to six runs side by side; their ids are in the address. */
export function ComparePage() {
  const { runs: text } = useSearch({ from: '/shell/compare' })
  const navigate = useNavigate({ from: '/compare' })
  const ids = useMemo(() => readIds(text), [text])
  const { runs, isLoading } = useComparedRuns(ids)
  const show = (next: readonly string[]) =>
    void navigate({ search: { runs: next.join(',') }, replace: true, resetScroll: false })
  return (
    <Page title="Compare" crumb={<Link to="/backtests">Backtests</Link>}>
      {isLoading ? (
        <Loading label="Loading the runs">
          <Skeleton height="24rem" />
        </Loading>
      ) : (
        <Comparison
          runs={runs}
          onRemove={(id) => show(ids.filter((known) => known !== id))}
          picker={ids.length < MOST_RUNS && <Picker ids={ids} onAdd={(id) => show([...ids, id])} />}
        />
      )}
    </Page>
  )
}

function Picker({ ids, onAdd }: { ids: readonly string[]; onAdd: (id: string) => void }) {
  const list = useInfiniteQuery(runQueries.list({ state: 'succeeded' }))
  if (list.error !== null) {
    return <Problem error={list.error} onRetry={() => void list.refetch()} />
  }
  const found = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <RunPicker
      candidates={found
        .filter((run) => !ids.includes(run.id))
        .map((run) => ({
          id: run.id,
          name: nameOf(run),
          note: `${formatSignedPercent(profitOf(run))} · ${plural(run.spec.pairs.length, 'pair')} · ${run.spec.timeframe} · ${formatDate(run.spec.start)} to ${formatDate(run.spec.end)}`,
        }))}
      onAdd={onAdd}
      onMore={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
    />
  )
}

function useComparedRuns(ids: readonly string[]): { runs: ComparedRun[]; isLoading: boolean } {
  const details = useQueries({ queries: ids.map((id) => runQueries.detail(id)) })
  const summaries = useQueries({ queries: ids.map((id) => runQueries.summary(id)) })
  const equities = useQueries({ queries: ids.map((id) => runQueries.equity(id)) })
  const parts = ids.map((id, index) => ({
    id,
    run: details[index]?.data,
    summary: summaries[index]?.data,
    equity: equities[index]?.data,
    error: details[index]?.error ?? summaries[index]?.error ?? equities[index]?.error ?? null,
  }))
  // The hooks give new arrays each time; what is in them changes only when an answer comes.
  const key = [details, summaries, equities]
    .flatMap((queries) => queries.map(({ dataUpdatedAt }) => dataUpdatedAt))
    .join()
  const errors = parts.map(({ error }) => error?.message ?? '').join()
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const runs = useMemo(() => parts.map(toCompared), [ids, key, errors])
  const isLoading = ids.length > 0 && details.every((query) => query.isPending)
  return { runs, isLoading }
}

interface Parts {
  id: string
  run: Run | undefined
  summary: Summary | undefined
  equity: Equity | undefined
  error: unknown
}

function toCompared({ id, run, summary, equity, error }: Parts): ComparedRun {
  return {
    id,
    name: run === undefined ? `Run ${id}` : nameOf(run),
    strategyId: run?.strategy.id ?? '',
    // Without a version no code is shown: of a listing it is its author's to show.
    version: run?.strategy.listed === null ? run.strategy.version : 0,
    settings: run === undefined ? {} : settingsOf(run, summary),
    figures: summary === undefined ? null : figuresOf(summary),
    equity: equity ?? null,
    error,
  }
}

function nameOf({ strategy, createdAt }: Run): string {
  return `${strategy.name} v${strategy.version}, ${formatDate(createdAt)}`
}

function figuresOf({ verified }: Summary): Record<string, number | null> {
  const {
    drawdown: _drawdown,
    best_trade: _best,
    worst_trade: _worst,
    ...trades
  } = verified.closedTrades
  return { ...(trades as Record<string, number | null>), ...verified.balance, ...verified.holding }
}

function settingsOf({ spec, strategy, engine, candleRevision }: Run, summary: Summary | undefined) {
  const own = summary?.reported.settings ?? {}
  const fromStrategy = Object.entries(own)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => [
      name.replaceAll('_', ' '),
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
  return {
    Strategy: `${strategy.name} v${strategy.version}`,
    Exchange: spec.exchange,
    Pairs: spec.pairs.join(', '),
    Timeframe: spec.timeframe,
    'Detail timeframe': spec.timeframeDetail ?? 'none',
    Start: formatDate(spec.start),
    End: formatDate(spec.end),
    Stake: spec.stakeAmount ?? 'wallet divided by open trades',
    Wallet: `${spec.wallet} ${spec.stakeCurrency}`,
    'Open trades at most': String(spec.maxOpenTrades),
    Fee: spec.fee ?? "the exchange's",
    Protections: spec.enableProtections ? 'on' : 'off',
    Market: spec.tradingMode,
    Engine: engine,
    Candles: candleRevision.slice(0, 12),
    ...(Object.fromEntries(fromStrategy) as Record<string, string>),
  }
}
