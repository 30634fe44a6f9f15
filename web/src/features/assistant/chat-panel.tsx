import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { Badge } from '@/components/ui/badge'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { assistantQueries, createConversation } from './api'
import styles from './assistant.module.css'
import { AutoRun } from './auto-run'
import { BacktestStatus } from './backtest-status'
import { BudgetLine } from './budget-line'
import { Composer } from './composer'
import { ConversationPicker } from './conversation-picker'
import { MessageList } from './message-list'
import type { Offer, Part, Proposal } from './schemas'
import { useAutoRun } from './use-auto-run'
import { useBacktest } from './use-backtest'
import { useReply } from './use-reply'

/** Instead of an id: a conversation that begins with the next message. */
const NEW = ''

export interface ChatPanelProps {
  strategyId: string
  /** The draft as it is now. */
  code: string
  /** Takes over a proposal's code into the draft. */
  onCode: (code: string) => void
  /** Told when the chat saved code as a version, to run it. */
  onSaved: (version: number, code: string) => void
}

/** The chat about a strategy: what is said, what is proposed, and what the user does about it. */
export function ChatPanel({ strategyId, code, onCode, onSaved }: ChatPanelProps) {
  const client = useQueryClient()
  const state = useQuery(assistantQueries.state())
  const conversations = useQuery(assistantQueries.conversations(strategyId))
  const [chosen, setChosen] = useState<string | null>(null)
  const [refused, setRefused] = useState<unknown>(null)
  const [autoRun, setAutoRun] = useAutoRun(strategyId)
  const backtest = useBacktest(strategyId, onSaved)
  const reply = useReply({
    onDone: (conversationId, parts) => {
      const proposal = partOf(parts, 'proposal')
      const offer = partOf(parts, 'backtest')
      if (autoRun && proposal !== undefined && offer !== undefined) {
        onCode(proposal.code)
        backtest.start(conversationId, proposal.code, offer)
      }
    },
  })
  const latest = conversations.data?.[0]?.id ?? null
  const current = chosen === NEW ? null : (chosen ?? latest)

  const begin = async (text: string) => {
    setRefused(null)
    try {
      const id = current ?? (await createConversation(strategyId)).id
      setChosen(id)
      reply.send(id, text, code)
      if (current === null) {
        void client.invalidateQueries({
          queryKey: assistantQueries.conversations(strategyId).queryKey,
        })
      }
    } catch (error) {
      setRefused(error)
    }
  }
  const run = (proposal: Proposal | undefined, offer: Offer) => {
    if (current === null) return
    if (proposal !== undefined) onCode(proposal.code)
    backtest.start(current, proposal?.code ?? code, offer)
  }
  const isStreaming = reply.pending?.state === 'streaming'
  if (conversations.isError) {
    return <Problem error={conversations.error} onRetry={() => void conversations.refetch()} />
  }
  return (
    <section className={styles['panel']} aria-label="Chat">
      <header className={styles['header']}>
        <h2>Chat</h2>
        {state.data !== undefined && <EngineBadge engine={state.data.engine} />}
        <ConversationPicker
          conversations={conversations.data ?? []}
          current={current}
          isLocked={isStreaming}
          onChoose={(id) => {
            setChosen(id ?? NEW)
            reply.clear()
          }}
        />
      </header>
      {conversations.isPending ? (
        <Loading label="Loading the conversation">
          <Skeleton height="12rem" />
        </Loading>
      ) : (
        <MessageList
          conversationId={current}
          pending={reply.pending?.conversationId === current ? reply.pending : null}
          code={code}
          isBusy={isStreaming || backtest.state === 'saving' || backtest.state === 'running'}
          onUse={(proposal) => onCode(proposal.code)}
          onRun={run}
          onSay={(text) => void begin(text)}
        />
      )}
      <BacktestStatus backtest={backtest} />
      {refused !== null && <Problem error={refused} />}
      <Composer isStreaming={isStreaming} onSend={(text) => void begin(text)} onStop={reply.stop} />
      <footer className={styles['footer']}>
        <AutoRun isOn={autoRun} onChange={setAutoRun} />
        {state.data !== undefined && (
          <BudgetLine budget={state.data.budget} engine={state.data.engine} />
        )}
      </footer>
    </section>
  )
}

function EngineBadge({ engine }: { engine: 'gemini' | 'offline' }) {
  return engine === 'gemini' ? <Badge tone="info">Gemini</Badge> : <Badge>Offline parser</Badge>
}

function partOf<Kind extends Part['kind']>(parts: Part[], kind: Kind) {
  return parts.find((part): part is Extract<Part, { kind: Kind }> => part.kind === kind)
}
