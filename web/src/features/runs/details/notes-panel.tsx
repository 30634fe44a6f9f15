import { useEffect, useRef, useState } from 'react'

import { TextAreaField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'

import { useWriteNotes } from '../api'
import type { Run } from '../schemas'
import styles from './details.module.css'

const PAUSE_MS = 800
const MAX_LENGTH = 10_000

/** The user's own words about a run; saved by themselves after a pause. */
export function NotesPanel({ run }: { run: Pick<Run, 'id' | 'notes'> }) {
  const [text, setText] = useState(run.notes)
  const { mutate, isPending, isError, error } = useWriteNotes(run.id)
  const saved = useRef(run.notes)
  const latest = useRef(text)
  useEffect(() => {
    latest.current = text
    if (text === saved.current) return
    const timer = setTimeout(() => {
      mutate(text, { onSuccess: () => (saved.current = text) })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, mutate])
  useEffect(
    () => () => {
      // Leaving the page within the pause must not lose the last words.
      if (latest.current !== saved.current) mutate(latest.current)
    },
    [mutate],
  )
  return (
    <Panel title="Notes" note="Only you can see them">
      <div className={styles['notes']}>
        <TextAreaField
          label="Notes about this backtest"
          isLabelHidden
          rows={6}
          maxLength={MAX_LENGTH}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {isError ? (
          <Problem error={error} onRetry={() => mutate(text)} />
        ) : (
          <p role="status">
            {isPending ? 'Saving…' : text === run.notes ? 'Saved' : 'Not saved yet'}
          </p>
        )}
      </div>
    </Panel>
  )
}
