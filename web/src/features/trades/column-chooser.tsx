import { Columns3 } from 'lucide-react'

import { type Column, COLUMNS } from './columns'
import styles from './trades.module.css'

interface ColumnChooserProps {
  shown: readonly Column[]
  onChange: (ids: string | undefined) => void
}

/** Which columns are shown. */
export function ColumnChooser({ shown, onChange }: ColumnChooserProps) {
  const ids = new Set(shown.map(({ id }) => id))
  const toggle = (column: Column) => {
    const next = COLUMNS.filter(({ id }) => (id === column.id ? !ids.has(id) : ids.has(id)))
    if (next.length > 0) onChange(next.map(({ id }) => id).join(','))
  }
  return (
    <details className={styles['chooser']}>
      <summary className={styles['chooserButton']}>
        <Columns3 size={16} aria-hidden />
        Columns
      </summary>
      <fieldset className={styles['choices']}>
        <legend className="visually-hidden">Columns to show</legend>
        {COLUMNS.map((column) => (
          <label key={column.id} className={styles['choice']}>
            <input type="checkbox" checked={ids.has(column.id)} onChange={() => toggle(column)} />
            {column.title}
          </label>
        ))}
        <button type="button" className={styles['usual']} onClick={() => onChange(undefined)}>
          Usual columns
        </button>
      </fieldset>
    </details>
  )
}
