import { useEffect, useRef } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { formatDateTime } from '@/lib/format'

import type { Draft } from '../api'
import { showDiff } from './diff-view'
import styles from './strategy-editor.module.css'

interface ConflictDialogProps {
  mine: string
  theirs: Draft
  onChoose: (keep: 'mine' | 'theirs') => void
  /** Closed without a choice. */
  onLater: () => void
}

/** Two tabs wrote: shows both drafts side by side and lets the user choose. Nothing is lost before that. */
export function ConflictDialog({ mine, theirs, onChoose, onLater }: ConflictDialogProps) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (host.current === null) return undefined
    return showDiff(host.current, { older: theirs.code ?? '', newer: mine, isInline: false })
  }, [mine, theirs])
  return (
    <Dialog title="Two drafts of this strategy" isOpen isWide onClose={onLater}>
      <p>
        Another tab or device saved a draft
        {theirs.savedAt === null ? '' : ` at ${formatDateTime(theirs.savedAt)} UTC`}. It stands on
        the left, what you have here on the right.
      </p>
      <div ref={host} className={styles['diff']} />
      <DialogActions>
        <Button onClick={() => onChoose('theirs')}>Take the other draft</Button>
        <Button look="primary" onClick={() => onChoose('mine')}>
          Keep what is here
        </Button>
      </DialogActions>
    </Dialog>
  )
}
