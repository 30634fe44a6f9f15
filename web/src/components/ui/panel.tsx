import { type ReactNode, useId } from 'react'

import { cn } from '@/lib/cn'

import styles from './panel.module.css'

interface PanelProps {
  title: string
  /** One line beside the title. */
  note?: ReactNode
  actions?: ReactNode
  /** For tables: the content touches the frame and scrolls sideways. */
  isFlush?: boolean
  children: ReactNode
}

/** A titled section of a page. */
export function Panel({ title, note, actions, isFlush = false, children }: PanelProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={styles['panel']}>
      <header className={styles['header']}>
        <div>
          <h2 id={id}>{title}</h2>
          {note !== undefined && <p className={styles['note']}>{note}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      {isFlush ? (
        <div
          className={cn(styles['body'], styles['flush'])}
          // A region that scrolls must be reachable by keyboard.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          role="group"
          aria-labelledby={id}
        >
          {children}
        </div>
      ) : (
        <div className={styles['body']}>{children}</div>
      )}
    </section>
  )
}
