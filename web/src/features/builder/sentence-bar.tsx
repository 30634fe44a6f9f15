import { BookOpen, Redo2, Undo2 } from 'lucide-react'

import { Button, IconButton } from '@/components/ui/button'
import { plural } from '@/lib/format'

import styles from './builder.module.css'
import type { SyncState } from './model/spec-sync'

interface SentenceBarProps {
  state: SyncState
  onUndo: () => void
  onRedo: () => void
  onExamples: () => void
  onShowCode: () => void
}

/** The whole strategy in plain English, always in sight, and how blocks and code stand to each other. */
export function SentenceBar({ state, onUndo, onRedo, onExamples, onShowCode }: SentenceBarProps) {
  const { sentence, reading } = state
  const canEdit = reading.status === 'read'
  return (
    <header className={styles['bar']}>
      {/* It may be long and scrolls in itself, so it must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <p className={styles['sentence']} tabIndex={0} aria-label="The strategy in words">
        {sentence ?? 'The strategy in words, once its problems are solved.'}
      </p>
      <div className={styles['tools']}>
        <Standing state={state} onShowCode={onShowCode} />
        <span className={styles['space']} />
        <Button look="quiet" aria-label="Examples" onClick={onExamples} disabled={!canEdit}>
          <BookOpen size={16} aria-hidden /> <span className={styles['examples']}>Examples</span>
        </Button>
        <IconButton label="Undo (Ctrl Z)" disabled={!state.canUndo || !canEdit} onClick={onUndo}>
          <Undo2 size={16} aria-hidden />
        </IconButton>
        <IconButton
          label="Redo (Ctrl Shift Z)"
          disabled={!state.canRedo || !canEdit}
          onClick={onRedo}
        >
          <Redo2 size={16} aria-hidden />
        </IconButton>
      </div>
    </header>
  )
}

function Standing({ state, onShowCode }: { state: SyncState; onShowCode: () => void }) {
  const { reading, writing, problems } = state
  if (reading.status === 'unreadable') {
    return (
      <p role="status" className={styles['standing']} data-tone="warning">
        The blocks are older than the code, which cannot be read now: {reading.reason}{' '}
        <button type="button" className={styles['textButton']} onClick={onShowCode}>
          Show the code
        </button>
      </p>
    )
  }
  return (
    <p
      role="status"
      className={styles['standing']}
      data-tone={writing.status === 'wrong' || writing.status === 'failed' ? 'warning' : undefined}
    >
      {reading.status === 'reading' ? 'Reading the code…' : wordsOf(writing, problems.length)}
    </p>
  )
}

function wordsOf(writing: SyncState['writing'], problems: number): string {
  switch (writing.status) {
    case 'written':
      return 'In step with the code'
    case 'waiting':
      return 'Writing the code…'
    case 'wrong':
      return `${plural(problems, 'problem')} to solve; the code keeps the last state without any`
    case 'failed':
      return `Not written yet: ${writing.reason}`
  }
}
