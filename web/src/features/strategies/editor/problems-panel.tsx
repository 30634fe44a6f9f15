import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'

import { plural } from '@/lib/format'

import { countErrors, type Diagnostic } from './diagnostics'
import styles from './panels.module.css'

const ICONS = { error: CircleAlert, warning: TriangleAlert, info: Info }
const WORDS = { error: 'Error', warning: 'Warning', info: 'Note' }

const names = new Intl.ListFormat('en', { type: 'conjunction' })

interface ProblemsPanelProps {
  items: readonly Diagnostic[]
  /** Who has looked at the code so far. */
  readers: readonly string[]
  onGo: (item: Diagnostic) => void
}

/** Everything that is wrong with the code, by line; a press leads there. */
export function ProblemsPanel({ items, readers, onGo }: ProblemsPanelProps) {
  const errors = countErrors(items)
  return (
    <section aria-label="Problems" className={styles['problems']}>
      <h2 className={styles['heading']}>
        <span role="status">
          {items.length === 0
            ? readers.length === 0
              ? 'Checking…'
              : 'No problems'
            : `${plural(errors, 'error')}, ${plural(items.length - errors, 'warning')}`}
        </span>
      </h2>
      {items.length === 0 ? (
        <p className={styles['fine']}>
          {readers.length > 0 && (
            <>
              <CircleCheck size={14} aria-hidden /> Nothing found by {names.format(readers)}.
            </>
          )}
        </p>
      ) : (
        <ul className={styles['list']}>
          {items.map((item, index) => (
            <li key={`${item.source}-${item.rule}-${item.line}-${index}`}>
              <ProblemButton item={item} onGo={onGo} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function ProblemButton({ item, onGo }: { item: Diagnostic; onGo: (item: Diagnostic) => void }) {
  const Icon = ICONS[item.severity]
  return (
    <button type="button" className={styles['problem']} onClick={() => onGo(item)}>
      <span className={styles[item.severity]}>
        <Icon size={14} aria-hidden />
        <span className="visually-hidden">{WORDS[item.severity]}</span>
      </span>
      <span className={styles['line']}>Line {item.line}</span>
      <span>
        {item.message} {item.advice !== undefined && <em>{item.advice}</em>}
      </span>
      <span className={styles['rule']}>
        {item.source} · {item.rule}
      </span>
    </button>
  )
}
