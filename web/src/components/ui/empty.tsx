import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import styles from './empty.module.css'

interface EmptyProps {
  icon: LucideIcon
  title: string
  text: string
  /** The next sensible action. */
  children?: ReactNode
}

/** What a list shows when it holds nothing. */
export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className={styles['empty']}>
      <Icon size={28} aria-hidden className={styles['icon']} />
      <h2>{title}</h2>
      <p className={styles['text']}>{text}</p>
      {children !== undefined && <div className={styles['actions']}>{children}</div>}
    </div>
  )
}
