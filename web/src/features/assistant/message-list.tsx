import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { assistantQueries } from './api'
import styles from './assistant.module.css'
import { MessageView, type PartActions } from './message-view'
import type { Pending } from './use-reply'

const EXAMPLES = [
  'On 1h candles, buy when RSI is below 30 and sell when RSI is above 70. Stop loss 5%.',
  'Buy when the 20 EMA crosses above the 50 EMA, with a trailing stop of 3%',
  'What is the Sharpe ratio?',
]

interface MessageListProps extends PartActions {
  /** null: nothing was said yet. */
  conversationId: string | null
  pending: Pending | null
}

export function MessageList({ conversationId, pending, ...actions }: MessageListProps) {
  const transcript = useQuery({
    ...assistantQueries.transcript(conversationId ?? ''),
    enabled: conversationId !== null,
  })
  const messages = conversationId === null ? [] : (transcript.data?.messages ?? [])
  const list = useRef<HTMLDivElement | null>(null)
  const length = messages.length + (pending?.text.length ?? 0) + (pending?.parts.length ?? 0)
  useEffect(() => {
    if (length > 0 && list.current !== null) list.current.scrollTop = list.current.scrollHeight
  }, [length])
  const isEmpty = messages.length === 0 && pending === null
  return (
    <div
      ref={list}
      className={styles['messages']}
      role="log"
      aria-label="Messages"
      // The finished reply is announced below; piece by piece it would be noise.
      aria-live="off"
      // A region that scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      {conversationId !== null && transcript.isPending && pending === null && (
        <Loading label="Loading the messages">
          <Skeleton height="8rem" />
        </Loading>
      )}
      {transcript.isError && (
        <Problem error={transcript.error} onRetry={() => void transcript.refetch()} />
      )}
      {isEmpty && !transcript.isLoading && !transcript.isError && <Welcome onSay={actions.onSay} />}
      {messages.slice(0, pending?.after).map((message) => (
        <MessageView key={message.number} message={message} {...actions} />
      ))}
      {pending !== null && <PendingView pending={pending} {...actions} />}
      <Announcement pending={pending} last={messages.at(-1)?.text ?? ''} />
    </div>
  )
}

function PendingView({ pending, ...actions }: { pending: Pending } & PartActions) {
  const { said, text, parts, state, error } = pending
  const isDone = state !== 'streaming'
  return (
    <>
      <MessageView
        message={{ role: 'user', text: said, parts: [], isStopped: false }}
        {...actions}
      />
      <MessageView
        message={{ role: 'assistant', text, parts, isStopped: state === 'stopped' }}
        {...actions}
        isBusy={actions.isBusy || !isDone}
      />
      {state === 'streaming' && <p className={styles['working']}>Working…</p>}
      {state === 'failed' && <Problem error={error} onRetry={() => actions.onSay(said)} />}
    </>
  )
}

/** Tells screen readers that a reply is coming, and then what it says. */
function Announcement({ pending, last }: { pending: Pending | null; last: string }) {
  const text = pending?.state === 'streaming' ? 'The assistant is answering.' : last
  return (
    <p role="status" className="visually-hidden">
      {text}
    </p>
  )
}

function Welcome({ onSay }: { onSay: (text: string) => void }) {
  return (
    <div className={styles['welcome']}>
      <p>
        Say in plain words what the strategy should do. You see each proposal as a change to your
        code; nothing is saved or run before you press a button.
      </p>
      <ul>
        {EXAMPLES.map((example) => (
          <li key={example}>
            <Button className={styles['example']} onClick={() => onSay(example)}>
              {example}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
