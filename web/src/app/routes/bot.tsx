import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Page } from '@/components/layout/page'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { botQueries } from '@/features/bots/api'
import { BotActions } from '@/features/bots/bot-actions'
import { BotBadge, ModeBadge } from '@/features/bots/bot-badge'
import { BotFigures } from '@/features/bots/bot-figures'
import { BotLog, Commands } from '@/features/bots/bot-log'
import styles from '@/features/bots/bots.module.css'
import { ChangeBot } from '@/features/bots/change-bot'
import { ClosedTrades } from '@/features/bots/closed-trades'
import { Decisions } from '@/features/bots/decisions'
import { DeleteBot } from '@/features/bots/delete-bot'
import { Events } from '@/features/bots/events'
import { OpenTrades } from '@/features/bots/open-trades'
import { Orders } from '@/features/bots/orders'
import { PairList } from '@/features/bots/pair-list'
import type { Bot } from '@/features/bots/schemas'
import { Signals } from '@/features/bots/signals'
import { useLiveBot } from '@/features/bots/use-live-bot'
import { strategyQueries } from '@/features/strategies/api'
import { plural } from '@/lib/format'
import { ApiError } from '@/lib/problem'

import { BotComparisonView } from '../bot-comparison-view'
import { useSearchWriter } from '../use-search-writer'

const BotChartView = lazy(() => import('../bot-chart-view'))

const crumb = <Link to="/bots">Bots</Link>

/** One bot: what it does, what it holds, what it did and why. */
export function BotPage() {
  const { botId } = useParams({ from: '/shell/bots/$botId' })
  const { data: bot, error, refetch } = useLiveBot(botId)
  if (bot !== undefined) return <Known bot={bot} />
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />
  return (
    <Page title="Bot" crumb={crumb}>
      {error === null ? (
        <Loading label="The bot is loading">
          <Skeleton height="40rem" />
        </Loading>
      ) : (
        <Problem error={error} onRetry={() => void refetch()} />
      )}
    </Page>
  )
}

function Known({ bot }: { bot: Bot }) {
  const navigate = useNavigate()
  const { backtest } = useSearch({ from: '/shell/bots/$botId' })
  const onSearch = useSearchWriter(`/bots/${bot.id}`)
  const venues = useQuery(botQueries.venues())
  const exchange = venues.data?.items.find(({ id }) => id === bot.venue)?.candles ?? null
  const { id: strategyId, name, version, listed } = bot.strategy
  const strategy = useQuery({ ...strategyQueries.one(strategyId), enabled: listed === null })
  return (
    <Page
      title={bot.name}
      crumb={crumb}
      mark={
        <>
          <BotBadge bot={bot} /> <ModeBadge mode={bot.mode} />
        </>
      }
      lead={
        <>
          <Link
            to={listed === null ? '/strategies/$strategyId' : '/marketplace/$listingId'}
            params={{ strategyId, listingId: strategyId }}
          >
            {name} v{version}
          </Link>{' '}
          on {plural(bot.pairs.length, 'pair')} of {bot.venue}, {bot.timeframe} candles. Allowed by{' '}
          <Link to="/backtests/$runId" params={{ runId: bot.verifiedBy }}>
            this verified backtest
          </Link>
          .
        </>
      }
      actions={<BotActions bot={bot} />}
    >
      {bot.operation.error !== '' && <Problem error={new Error(bot.operation.error)} />}
      <BotFigures bot={bot} />
      <OpenTrades bot={bot} />
      {exchange !== null && (
        <Panel title="Candles and trades" note="The bot’s own entries and exits.">
          <Suspense
            fallback={
              <Loading label="Loading the chart">
                <Skeleton height="68vh" />
              </Loading>
            }
          >
            <BotChartView bot={bot} exchange={exchange} />
          </Suspense>
        </Panel>
      )}
      <div className={styles['columns']}>
        <div className={styles['stack']}>
          <ClosedTrades bot={bot} />
          {exchange !== null && (
            <BotComparisonView
              bot={bot}
              runId={backtest}
              onRun={(runId) => onSearch({ backtest: runId })}
            />
          )}
          <Orders bot={bot} />
          <BotLog bot={bot} />
        </div>
        <div className={styles['stack']}>
          <Decisions bot={bot} />
          <PairList bot={bot} />
          <Events bot={bot} />
          <Commands bot={bot} />
          <Signals bot={bot} />
          <ChangeBot bot={bot} latestVersion={strategy.data?.latestVersion ?? null} />
          {bot.wanted === 'stopped' && (
            <DeleteBot bot={bot} onDeleted={() => void navigate({ to: '/bots' })} />
          )}
        </div>
      </div>
    </Page>
  )
}
