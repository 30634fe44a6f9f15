import type { ReactNode } from 'react'

import styles from '../sections/sections.module.css'

/** A name and what belongs to it. */
export function FieldRow({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles['field']}>
      <span className={styles['fieldName']}>{name}</span>
      <div className={styles['row']}>{children}</div>
    </div>
  )
}
