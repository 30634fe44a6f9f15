import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { botQueries } from '@/features/bots/api'
import { NewBotForm } from '@/features/bots/new-bot-form'
import { type BotPlan, EMPTY_BOT } from '@/features/bots/plan'
import type { Venue } from '@/features/bots/schemas'
import { keyQueries } from '@/features/exchange-keys/api'
import { runQueries } from '@/features/runs/api'
import type { Run } from '@/features/runs/schemas'
import { strategyQueries } from '@/features/strategies/api'

const route = getRouteApi('/shell/bots/new')

/** Makes a bot; starts from the newest verified backtest. */
export function NewBotPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const client = useQueryClient()
  const venues = useQuery(botQueries.venues())
  const keys = useQuery(keyQueries.list())
  const strategies = useInfiniteQuery(strategyQueries.list(false))
  const runs = useInfiniteQuery(runQueries.list({ state: 'succeeded' }))
  const needed = [venues, keys, strategies, runs]
  const failed = needed.find((query) => query.isError)
  return (
    <Page title="New bot" crumb={<Link to="/bots">Bots</Link>}>
      {failed !== undefined ? (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      ) : venues.data === undefined ||
        keys.data === undefined ||
        strategies.data === undefined ||
        runs.data === undefined ? (
        <Loading label="Loading the form">
          <Skeleton height="40rem" />
        </Loading>
      ) : (
        <NewBotForm
          strategies={strategies.data.pages
            .flatMap((page) => page.items)
            .filter((strategy) => strategy.latestVersion > 0)}
          venues={venues.data.items}
          keys={keys.data.items}
          initial={firstPlan(
            search,
            venues.data.items,
            runs.data.pages.flatMap((page) => page.items),
          )}
          onCreated={(botId) => {
            void client.invalidateQueries({ queryKey: botQueries.list().queryKey })
            void navigate({ to: '/bots/$botId', params: { botId } })
          }}
        />
      )}
    </Page>
  )
}

/** The strategy and pairs of the newest verified backtest that fits the address. */
function firstPlan(
  search: { strategyId?: string | undefined; version?: number | undefined },
  venues: readonly Venue[],
  runs: readonly Run[],
): BotPlan {
  const run = runs.find(
    ({ isVerified, strategy, spec }) =>
      isVerified &&
      strategy.listed === null &&
      spec.tradingMode === 'spot' &&
      (search.strategyId === undefined || strategy.id === search.strategyId) &&
      (search.version === undefined || strategy.version === search.version),
  )
  const [venue] = venues
  const base = {
    ...EMPTY_BOT,
    venue: venue?.id ?? '',
    mode: venue?.modes[0] ?? EMPTY_BOT.mode,
    strategyId: search.strategyId ?? '',
    version: search.version ?? 1,
  }
  if (run === undefined) return base
  return {
    ...base,
    name: run.strategy.name,
    strategyId: run.strategy.id,
    version: run.strategy.version,
    pairs: run.spec.pairs.join(', '),
    maxOpenTrades: run.spec.maxOpenTrades,
  }
}
