import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'

import { assistantQueries, readRun, savedVersion, showResult, startBacktest, takeRun } from './api'
import type { Offer, Run } from './schemas'

const POLL_MS = 1_500
const OVER = new Set(['succeeded', 'failed', 'cancelled'])

export interface Backtesting {
  /** What is being done, or where it ended. */
  state: 'idle' | 'saving' | 'running' | 'failed'
  run: Run | null
  error: unknown
  start: (conversationId: string, code: string, offer: Offer) => void
}

type Shown = Omit<Backtesting, 'start'>

const IDLE: Shown = { state: 'idle', run: null, error: null }

/** Saves code as a version, runs it, and puts the figures into the conversation. */
export function useBacktest(
  strategyId: string,
  onSaved: (version: number, code: string) => void,
): Backtesting {
  const client = useQueryClient()
  const [shown, setShown] = useState<Shown>(IDLE)
  const isBusy = useRef(false)
  const saved = useRef(onSaved)
  useEffect(() => {
    saved.current = onSaved
  })
  const left = useRef(new AbortController())
  useEffect(() => {
    const controller = new AbortController()
    left.current = controller
    return () => controller.abort()
  }, [])

  const start = useCallback(
    (conversationId: string, code: string, offer: Offer) => {
      if (isBusy.current) return
      isBusy.current = true
      const { signal } = left.current
      setShown({ ...IDLE, state: 'saving' })
      const work = async () => {
        await takeRun(conversationId)
        const version = await savedVersion(strategyId, code)
        saved.current(version, code)
        await client.invalidateQueries({ queryKey: ['strategies'] })
        const begun = await startBacktest(strategyId, version, offer, crypto.randomUUID())
        setShown({ state: 'running', run: begun, error: null })
        const run = await settled(begun, signal, (seen) =>
          setShown({ state: 'running', run: seen, error: null }),
        )
        if (run.state !== 'succeeded') {
          setShown({ state: 'failed', run, error: null })
          return
        }
        await showResult(conversationId, run.id)
        await client.invalidateQueries({ queryKey: ['assistant'] })
        setShown(IDLE)
      }
      void work()
        .catch((error: unknown) => {
          if (!signal.aborted) setShown((known) => ({ ...known, state: 'failed', error }))
          void client.invalidateQueries({ queryKey: assistantQueries.state().queryKey })
        })
        .finally(() => {
          isBusy.current = false
        })
    },
    [client, strategyId],
  )
  return { ...shown, start }
}

async function settled(run: Run, signal: AbortSignal, see: (run: Run) => void): Promise<Run> {
  let seen = run
  while (!OVER.has(seen.state)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    signal.throwIfAborted()
    seen = await readRun(run.id, signal)
    see(seen)
  }
  return seen
}
