import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'

import { assistantQueries, sendMessage } from './api'
import type { Part, ReplyEvent } from './schemas'

/** A message on its way, and what has come of its reply. */
export interface Pending {
  conversationId: string
  /** How many messages there were before it: what the transcript has beyond them is this one. */
  after: number
  said: string
  text: string
  parts: Part[]
  state: 'streaming' | 'stopped' | 'failed'
  error: unknown
}

export interface Reply {
  pending: Pending | null
  send: (conversationId: string, text: string, code: string) => void
  stop: () => void
  clear: () => void
}

interface ReplyOptions {
  /** Called with a reply that has come to its end. */
  onDone: (conversationId: string, parts: Part[]) => void
}

/** Sends messages one after the other, and holds the reply until the server's transcript has it. */
export function useReply({ onDone }: ReplyOptions): Reply {
  const client = useQueryClient()
  const [pending, setPending] = useState<Pending | null>(null)
  const running = useRef<AbortController | null>(null)
  const done = useRef(onDone)
  useEffect(() => {
    done.current = onDone
  })
  // A page that is left needs no answer any more.
  useEffect(() => () => running.current?.abort(), [])

  const send = useCallback(
    (conversationId: string, text: string, code: string) => {
      if (running.current !== null) return
      const controller = new AbortController()
      running.current = controller
      const held: Part[] = []
      const transcript = assistantQueries.transcript(conversationId).queryKey
      setPending(begun(conversationId, client.getQueryData(transcript)?.messages.length ?? 0, text))
      const take = (event: ReplyEvent) => {
        if (event.kind !== 'text' && event.kind !== 'done') keep(held, event)
        setPending((known) => (known === null ? null : added(known, event, held)))
      }
      const listen = async () => {
        let isWhole = false
        for await (const event of sendMessage(conversationId, { text, code }, controller.signal)) {
          take(event)
          isWhole ||= event.kind === 'done'
        }
        if (!isWhole) throw new Error('The reply broke off.')
        // A first look that began before the reply would be taken for the new one, and is empty.
        await client.cancelQueries({ queryKey: transcript })
        await client.invalidateQueries({ queryKey: ['assistant'] })
        setPending(null)
        done.current(conversationId, held)
      }
      const fail = (error: unknown) => {
        const state = controller.signal.aborted ? 'stopped' : 'failed'
        setPending((known) => (known === null ? null : { ...known, state, error }))
        void client.invalidateQueries({ queryKey: assistantQueries.state().queryKey })
      }
      void listen()
        .catch(fail)
        .finally(() => {
          running.current = null
        })
    },
    [client],
  )
  const stop = useCallback(() => running.current?.abort(), [])
  const clear = useCallback(() => {
    setPending((known) => (known?.state === 'streaming' ? known : null))
    void client.invalidateQueries({ queryKey: ['assistant'] })
  }, [client])
  return { pending, send, stop, clear }
}

function begun(conversationId: string, after: number, said: string): Pending {
  return { conversationId, after, said, text: '', parts: [], state: 'streaming', error: null }
}

/** Only the last state of a tool, and the last proposal, count. */
function keep(parts: Part[], part: Part): void {
  const isReplaced = (known: Part) =>
    part.kind === known.kind &&
    (part.kind === 'proposal' ||
      (part.kind === 'tool' &&
        known.kind === 'tool' &&
        known.name === part.name &&
        known.state === 'started'))
  const place = parts.findIndex(isReplaced)
  if (place >= 0) parts.splice(place, 1)
  parts.push(part)
}

function added(known: Pending, event: ReplyEvent, held: Part[]): Pending {
  if (event.kind === 'text') return { ...known, text: known.text + event.delta }
  return { ...known, parts: [...held] }
}
