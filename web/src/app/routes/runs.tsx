import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { marketDataQueries } from '@/features/new-backtest/api'
import type { RunFilter } from '@/features/runs/api'
import { RunFilters } from '@/features/runs/list/run-filters'
import { RunList } from '@/features/runs/list/run-list'
import { strategyQueries } from '@/features/strategies/api'

/** All backtests; the filters are in the address. */
export function RunsPage() {
  const { state, strategy, exchange } = useSearch({ from: '/shell/backtests' })
  const navigate = useNavigate({ from: '/backtests' })
  const strategies = useInfiniteQuery(strategyQueries.list(false))
  const exchanges = useQuery(marketDataQueries.exchanges())
  const filter: RunFilter = { state, strategyId: strategy, exchange }
  const change = (wanted: RunFilter) =>
    void navigate({
      search: { state: wanted.state, strategy: wanted.strategyId, exchange: wanted.exchange },
      replace: true,
    })
  return (
    <Page
      title="Backtests"
      actions={
        <ButtonLink to="/backtests/new" look="primary">
          New backtest
        </ButtonLink>
      }
    >
      <RunFilters
        filter={filter}
        strategies={strategies.data?.pages.flatMap((page) => page.items) ?? []}
        exchanges={exchanges.data ?? []}
        onChange={change}
      />
      <RunList key={JSON.stringify(filter)} filter={filter} />
    </Page>
  )
}
