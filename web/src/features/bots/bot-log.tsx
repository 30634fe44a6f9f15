import { useQuery } from '@tanstack/react-query'

import { Badge, type Tone } from '@/components/ui/badge'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Table } from '@/components/ui/table'
import { formatDateTime } from '@/lib/format'

import { botQueries } from './api'
import styles from './bots.module.css'
import type { Bot, BotCommand } from './schemas'

const REFRESH_MS = 4_000
const STATES: Record<BotCommand['state'], readonly [string, Tone]> = {
  pending: ['on its way', 'info'],
  done: ['done', 'gain'],
  refused: ['refused', 'loss'],
  expired: ['expired', 'warning'],
}

/** What the bot was told, and what became of it. */
export function Commands({ bot }: { bot: Bot }) {
  const commands = useQuery({
    ...botQueries.commands(bot.id),
    refetchInterval: ({ state }) =>
      state.data?.items.some((item) => item.state === 'pending') === true ? REFRESH_MS : false,
  })
  const items = commands.data?.items ?? []
  if (commands.isError) {
    return <Problem error={commands.error} onRetry={() => void commands.refetch()} />
  }
  if (items.length === 0) return null
  return (
    <Panel title="What it was told" isFlush>
      <Table caption="Commands, the newest first, times in UTC">
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <th scope="row">
                {nameOf(item)}
                <p className={styles['muted']}>{formatDateTime(item.at)}</p>
              </th>
              <td>
                <Badge tone={STATES[item.state][1]}>{STATES[item.state][0]}</Badge>
                {item.message !== '' && <p className={styles['muted']}>{item.message}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}

function nameOf({ verb, pair, trade }: BotCommand): string {
  const words = verb.replaceAll('_', ' ')
  const target = trade === null ? pair : `trade ${trade}`
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${target === '' ? '' : ` ${target}`}`
}

/** The last lines that the bot wrote. */
export function BotLog({ bot }: { bot: Bot }) {
  const text = bot.figures?.logTail ?? ''
  return (
    <Panel title="Log">
      {text === '' ? (
        <p className={styles['muted']}>Nothing was written yet.</p>
      ) : (
        // A region that scrolls must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={styles['log']} tabIndex={0} aria-label="The last lines of the log">
          {text}
        </pre>
      )}
    </Panel>
  )
}
