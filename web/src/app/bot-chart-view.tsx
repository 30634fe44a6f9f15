import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { botQueries } from '@/features/bots/api'
import styles from '@/features/bots/bots.module.css'
import { drawnTrades, lastMoment, spanOf } from '@/features/bots/chart-model'
import type { Bot } from '@/features/bots/schemas'
import type { Plot } from '@/features/chart/api'
import { CandleChart, type ChartPlace } from '@/features/chart/candle-chart'
import { type ChartRun, timeframeMs } from '@/features/chart/model'
import { marketDataQueries } from '@/features/new-backtest/api'
import { formatDateTime } from '@/lib/format'

interface BotChartViewProps {
  bot: Bot
  /** The exchange whose candles the store has for the bot's venue. */
  exchange: string
}

/** The candles of the bot's time with its own entries and exits. */
export default function BotChartView({ bot, exchange }: BotChartViewProps) {
  const coverage = useQuery(marketDataQueries.coverage(exchange))
  const closed = useInfiniteQuery(botQueries.trades(bot.id))
  const [place, setPlace] = useState<ChartPlace>({})
  const [until, setUntil] = useState<number | null>(null)
  const candleMs = timeframeMs(bot.timeframe)
  const trades = useMemo(
    () => drawnTrades(bot, closed.data?.pages.flatMap((page) => page.items) ?? []),
    [bot, closed.data],
  )
  const last = lastMoment(bot, trades, candleMs)
  // One that is stopped has no newer ones to wait for.
  const shown = bot.wanted === 'stopped' ? last : (until ?? last)
  const revision = coverage.data?.revision
  const covered = coverage.data?.items.find(
    (item) => item.pair === bot.pairs[0] && item.timeframe === bot.timeframe,
  )
  // A chart that begins anew with each candle could not be read: newer ones are asked for.
  const run = useMemo(() => {
    if (shown === null || revision === undefined) return null
    return toRun(bot.id, bot, exchange, revision, spanOf(shown, trades, candleMs))
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [bot.id, exchange, revision, shown])
  const drawn = useMemo(
    () => trades.filter(({ openedAt }) => run !== null && openedAt < run.end).map(within(run)),
    [trades, run],
  )
  const failed = [coverage, closed].find((query) => query.isError)
  if (failed?.error) return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  if (coverage.data === undefined || closed.data === undefined) {
    return (
      <Loading label="Loading the chart">
        <Skeleton height="68vh" />
      </Loading>
    )
  }
  if (run === null || last === null) {
    return <p className={styles['muted']}>The first candle must close before there is a chart.</p>
  }
  if (until === null) setUntil(last)
  if (covered === undefined || Date.parse(covered.until) <= run.start) {
    return (
      <p className={styles['muted']}>
        The candle store of {exchange} has no {bot.timeframe} candles of this time yet.
      </p>
    )
  }
  return (
    <>
      <div className={styles['actions']}>
        <span className={styles['muted']}>
          Candles until {formatDateTime(new Date(run.end).toISOString())} UTC, {drawn.length} trades
          of the bot.
        </span>
        {last > run.end - candleMs && last !== shown && (
          <Button onClick={() => setUntil(last)}>Show newer candles</Button>
        )}
      </div>
      <CandleChart
        // Another span of time is another chart.
        key={`${run.start} ${run.end}`}
        run={run}
        plot={NO_PLOT}
        trades={drawn}
        roi={NO_ROI}
        place={place}
        onPlace={(change) => setPlace((before) => ({ ...before, ...change }))}
      />
    </>
  )
}

// The bot does not tell its indicators; the backtest that allowed it shows them.
const NO_PLOT: Plot = {
  plotConfig: { mainPlot: {}, subplots: {} },
  isDefault: false,
  step: 0,
  pairs: [],
  leftOut: [],
}
const NO_ROI = {}

function toRun(
  id: string,
  { pairs, timeframe }: Bot,
  exchange: string,
  candleRevision: string,
  span: { start: number; end: number },
): ChartRun {
  return { id, exchange, timeframe, candleRevision, isFutures: false, pairs, ...span }
}

/** A trade that ends after the chart is still open on it. */
function within(run: ChartRun | null) {
  return <T extends { closedAt: number | null; closeRate: number | null }>(trade: T): T =>
    run !== null && trade.closedAt !== null && trade.closedAt >= run.end
      ? { ...trade, closedAt: null, closeRate: null }
      : trade
}
