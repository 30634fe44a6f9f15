import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import { knownSession } from '@/lib/session'

import { deleteDraft, readDraft, strategyQueries, writeDraft } from '../api'
import { type Beginning, DraftKeeper, type DraftState } from './draft-keeper'
import { browserDrafts } from './local-drafts'

export interface OpenDraft {
  keeper: DraftKeeper
  /** The code that the editor begins with, and the version that it was begun from. */
  beginning: Beginning & { code: string }
}

const FIRST_LINES = 'from freqtrade.strategy import IStrategy\n'

/** Opens a strategy's draft, or its latest version when it has none. */
export function useDraft(strategyId: string, latestVersion: number) {
  const client = useQueryClient()
  const [opened, setOpened] = useState<OpenDraft | null>(null)
  const [state, setState] = useState<DraftState>({ status: 'clean' })
  const [error, setError] = useState<unknown>(null)
  // Later versions are saved from this very editor, so only the first one known decides.
  const [first] = useState(latestVersion)
  useEffect(() => {
    let isGone = false
    let made: DraftKeeper | undefined
    const open = async () => {
      const session = await knownSession()
      const keeper = new DraftKeeper({
        strategyId,
        baseVersion: first === 0 ? null : first,
        server: {
          read: () => readDraft(strategyId),
          write: (body) => writeDraft(strategyId, body),
          delete: (revision) => deleteDraft(strategyId, revision),
        },
        local: browserDrafts(session.status === 'signedIn' ? session.user.id : ''),
        onState: setState,
      })
      const beginning = await keeper.begin()
      const code = beginning.code ?? (first === 0 ? FIRST_LINES : await versionCode(first))
      if (isGone) return
      made = keeper
      setOpened({ keeper, beginning: { ...beginning, code } })
    }
    const versionCode = async (number: number) =>
      (await client.query(strategyQueries.version(strategyId, number))).code ?? ''
    open().catch((reason: unknown) => {
      if (!isGone) setError(reason)
    })
    return () => {
      isGone = true
      made?.end()
    }
  }, [client, strategyId, first])
  useFlush(opened?.keeper)
  return { opened, state, error }
}

/** Sends at once when the net is back, and before the page is hidden, perhaps for ever. */
function useFlush(keeper: DraftKeeper | undefined): void {
  useEffect(() => {
    if (keeper === undefined) return undefined
    const flush = () => void keeper.flush()
    const flushHidden = () => {
      if (document.visibilityState === 'hidden') flush()
    }
    window.addEventListener('online', flush)
    document.addEventListener('visibilitychange', flushHidden)
    return () => {
      window.removeEventListener('online', flush)
      document.removeEventListener('visibilitychange', flushHidden)
    }
  }, [keeper])
}
