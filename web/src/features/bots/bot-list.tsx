import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bot as BotIcon } from 'lucide-react'

import { ButtonLink } from '@/components/ui/button'
import { Change } from '@/components/ui/change'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { Table } from '@/components/ui/table'
import { formatAgo, formatMoney, formatPercent, formatSignedMoney, plural } from '@/lib/format'

import { botQueries } from './api'
import { BotBadge, ModeBadge } from './bot-badge'
import styles from './bots.module.css'
import { KillSwitch } from './kill-switch'
import type { Bot } from './schemas'
import { isCounted } from './words'

const REFRESH_MS = 5_000
const NUMBERS = ['Balance', 'Today', 'Drawdown', 'Open trades', 'Orders today']

/** All bots of the user side by side, and one switch that stops them all. */
export function BotList() {
  const bots = useQuery({ ...botQueries.list(), refetchInterval: REFRESH_MS })
  if (bots.data === undefined) {
    return bots.error === null ? (
      <Loading label="Bots are loading">
        <Skeleton height="24rem" />
      </Loading>
    ) : (
      <Problem error={bots.error} onRetry={() => void bots.refetch()} />
    )
  }
  const { items } = bots.data
  if (items.length === 0) {
    return (
      <Empty
        icon={BotIcon}
        title="No bots yet"
        text="A bot runs a strategy that has a verified backtest: with paper money first, with real money when you trust it."
      >
        <ButtonLink to="/bots/new" look="primary">
          New bot
        </ButtonLink>
      </Empty>
    )
  }
  const running = items.filter((bot) => bot.wanted !== 'stopped')
  return (
    <Panel
      title={plural(items.length, 'bot')}
      note={`${running.length} running`}
      actions={running.length > 0 && <KillSwitch bots={running} />}
      isFlush
    >
      {bots.error !== null && <Problem error={bots.error} onRetry={() => void bots.refetch()} />}
      <Table caption="Bots, the newest first">
        <thead>
          <tr>
            <th scope="col">Bot</th>
            <th scope="col">State</th>
            {NUMBERS.map((name) => (
              <th key={name} scope="col" data-kind="number">
                {name}
              </th>
            ))}
            <th scope="col">Heard of</th>
          </tr>
        </thead>
        <tbody>
          {items.map((bot) => (
            <BotRow key={bot.id} bot={bot} />
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}

function BotRow({ bot }: { bot: Bot }) {
  const { figures, stakeCurrency } = bot
  const counted = isCounted(bot.mode) ? figures : null
  return (
    <tr>
      <th scope="row">
        <Link to="/bots/$botId" params={{ botId: bot.id }}>
          {bot.name}
        </Link>
        <p className={styles['muted']}>
          {bot.strategy.name} v{bot.strategy.version}, {plural(bot.pairs.length, 'pair')},{' '}
          {bot.timeframe}
        </p>
      </th>
      <td>
        <BotBadge bot={bot} /> <ModeBadge mode={bot.mode} />
      </td>
      <td data-kind="number">{formatMoney(figures?.balance, stakeCurrency)}</td>
      <td data-kind="number">
        <Change
          value={counted?.dayProfit ?? null}
          text={formatSignedMoney(counted?.dayProfit, stakeCurrency)}
        />
      </td>
      <td data-kind="number">{formatPercent(counted?.drawdown)}</td>
      <td data-kind="number">{figures?.openTrades.length ?? '–'}</td>
      <td data-kind="number">{counted?.ordersToday ?? '–'}</td>
      <td>{bot.lastSeenAt === null ? 'never' : formatAgo(bot.lastSeenAt)}</td>
    </tr>
  )
}
