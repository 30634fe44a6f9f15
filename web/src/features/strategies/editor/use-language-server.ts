import { Compartment, type Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { useEffect, useState } from 'react'

import type { Diagnostic } from './diagnostics'
import { useSettled } from './use-checks'

type Server = import('./language-server').LanguageServer
export type ServerState = 'loading' | 'ready' | 'failed'

const SYNC_PAUSE_MS = 400
const START_AFTER_MS = 300

/** Where the language server's features go once it is there. */
export const languageSlot = new Compartment()
export const emptyLanguageSlot: Extension = languageSlot.of([])

/** Starts the language server after the editor is shown, and keeps it in step with the code. */
export function useLanguageServer(view: EditorView | null, code: string) {
  const [server, setServer] = useState<Server | null>(null)
  const [state, setState] = useState<ServerState>('loading')
  const [found, setFound] = useState<readonly Diagnostic[]>([])
  useEffect(() => {
    if (view === null) return undefined
    let made: Server | undefined
    let isGone = false
    const start = async () => {
      const [{ LanguageServer }, { languageFeatures }] = await Promise.all([
        import('./language-server'),
        import('./language-features'),
      ])
      if (isGone) return
      const starting = (made = new LanguageServer(setFound))
      if (!(await starting.start(view.state.doc.toString()))) return
      view.dispatch({ effects: languageSlot.reconfigure(languageFeatures(starting)) })
      setServer(starting)
      setState('ready')
    }
    const timer = setTimeout(() => {
      start().catch(() => {
        if (!isGone) setState('failed')
      })
    }, START_AFTER_MS)
    return () => {
      isGone = true
      clearTimeout(timer)
      made?.stop()
      setServer(null)
    }
  }, [view])
  const settled = useSettled(code, SYNC_PAUSE_MS)
  useEffect(() => server?.sync(settled), [server, settled])
  return { state, found }
}
