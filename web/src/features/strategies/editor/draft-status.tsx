import {
  Check,
  CloudOff,
  type LucideIcon,
  LoaderCircle,
  PencilLine,
  TriangleAlert,
} from 'lucide-react'

import type { DraftState } from './draft-keeper'
import styles from './strategy-editor.module.css'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** Where the typed code is, in words. */
export function draftWords(state: DraftState, version: number | null): string {
  switch (state.status) {
    case 'clean':
      return version === null ? 'Nothing typed yet' : `Version ${version}, unchanged`
    case 'waiting':
      return 'Typing…'
    case 'saving':
      return 'Saving the draft…'
    case 'saved':
      return `Saved as draft ${clock.format(new Date(state.at))}`
    case 'offline':
      return 'Offline: kept in this browser, sent when the net is back'
    case 'conflict':
      return 'Another tab wrote a newer draft'
    case 'failed':
      return `Not saved: ${state.reason}`
  }
}

const ICONS: Record<DraftState['status'], LucideIcon> = {
  clean: Check,
  waiting: PencilLine,
  saving: LoaderCircle,
  saved: Check,
  offline: CloudOff,
  conflict: TriangleAlert,
  failed: TriangleAlert,
}

export function DraftStatus({ state, version }: { state: DraftState; version: number | null }) {
  const Icon = ICONS[state.status]
  return (
    <p role="status" className={styles['status']} data-status={state.status}>
      <Icon size={14} aria-hidden />
      {draftWords(state, version)}
    </p>
  )
}
