import { useInfiniteQuery } from '@tanstack/react-query'

import { Badge, type Tone } from '@/components/ui/badge'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { More } from '@/components/ui/table'
import { formatDateTime } from '@/lib/format'

import { botQueries } from './api'
import styles from './bots.module.css'
import type { Bot, BotEvent } from './schemas'
import { EVENT_HEADS } from './words'

const REFRESH_MS = 10_000
const TONES: Record<BotEvent['kind'], Tone> = {
  started: 'neutral',
  stopped: 'neutral',
  entry: 'info',
  exit: 'info',
  signal: 'info',
  error: 'loss',
  limit_reached: 'warning',
  key_trouble: 'loss',
  silent: 'loss',
}

/** What the user was told of, the newest first. */
export function Events({ bot }: { bot: Bot }) {
  const events = useInfiniteQuery({
    ...botQueries.events(bot.id),
    refetchInterval: bot.wanted === 'stopped' ? false : REFRESH_MS,
  })
  if (events.isError) {
    return <Problem error={events.error} onRetry={() => void events.refetch()} />
  }
  const items = events.data?.pages.flatMap((page) => page.items) ?? []
  if (items.length === 0) return null
  return (
    <Panel title="What happened">
      <ol className={styles['events']}>
        {items.map((event) => (
          <li key={event.id}>
            <Badge tone={TONES[event.kind]}>{EVENT_HEADS[event.kind]}</Badge>
            <span>{event.text}</span>
            <time dateTime={event.at} className={styles['muted']}>
              {formatDateTime(event.at)}
            </time>
          </li>
        ))}
      </ol>
      <More of={events}>Show older ones</More>
    </Panel>
  )
}
