import { CircleAlert } from 'lucide-react'

import { sentenceOf } from '@/lib/problem'

import { Button } from './button'
import styles from './problem.module.css'

interface ProblemProps {
  error: unknown
  /** Shows a button that tries again. */
  onRetry?: (() => void) | undefined
}

/** Says what went wrong, in words, where it went wrong. */
export function Problem({ error, onRetry }: ProblemProps) {
  return (
    <div role="alert" className={styles['problem']}>
      <CircleAlert size={18} aria-hidden className={styles['icon']} />
      <p>{sentenceOf(error)}</p>
      {onRetry !== undefined && (
        <div className={styles['action']}>
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </div>
  )
}
