import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'

import { IconButton } from '@/components/ui/button'
import { sentenceOf } from '@/lib/problem'

import styles from './compare.module.css'
import { type ComparedRun, letterOf } from './model'

interface RunLegendProps {
  runs: readonly ComparedRun[]
  onRemove: (id: string) => void
}

/** Which letter is which run. */
export function RunLegend({ runs, onRemove }: RunLegendProps) {
  return (
    <ul className={styles['runs']}>
      {runs.map((run, index) => (
        <li key={run.id} className={styles['run']}>
          <span className={styles['letter']} data-series={index + 1}>
            {letterOf(index)}
          </span>
          <span className={styles['name']}>
            <Link to="/backtests/$runId" params={{ runId: run.id }}>
              {run.name}
            </Link>
            {run.error !== null && <span role="alert">{sentenceOf(run.error)}</span>}
          </span>
          <IconButton
            label={`Remove ${letterOf(index)}, ${run.name}`}
            onClick={() => onRemove(run.id)}
          >
            <X size={16} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
