import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

import { useProblems } from '../context'
import styles from './parts.module.css'

interface SectionProps {
  title: string
  /** What is in it, in a few words. */
  summary: string
  path: string
  isOpen?: boolean
  children: ReactNode
}

/** A part of the strategy that folds away; one with problems says so even then. */
export function Section({ title, summary, path, isOpen = false, children }: SectionProps) {
  const problems = useProblems(path)
  return (
    <details className={styles['section']} open={isOpen}>
      <summary>
        <ChevronRight size={16} aria-hidden className={styles['chevron']} />
        <h2>{title}</h2>
        <span className={styles['summary']}>{summary}</span>
        {problems.length > 0 && (
          <span className={styles['count']}>
            {problems.length === 1 ? '1 problem' : `${problems.length} problems`}
          </span>
        )}
      </summary>
      <div className={styles['body']}>{children}</div>
    </details>
  )
}
