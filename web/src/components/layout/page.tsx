import { type ReactNode, useEffect } from 'react'

import styles from './page.module.css'

interface PageProps {
  /** The page's one h1, and the document's title. */
  title: string
  /** A link back to the list that the page belongs to. */
  crumb?: ReactNode
  /** Beside the title: badges. */
  mark?: ReactNode
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A page: title, lead, actions, content. */
export function Page({ title, crumb, mark, lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Candlewick`
  }, [title])
  return (
    <div className={styles['page']}>
      <header className={styles['header']}>
        <div>
          {crumb !== undefined && <div className={styles['crumb']}>{crumb}</div>}
          <h1>
            {title} {mark}
          </h1>
          {lead !== undefined && <p className={styles['lead']}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** Tabs that are links: give each child `className={tabClass}`; the current one gets `data-status="active"` from the router. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className={styles['tabs']}>
      {children}
    </nav>
  )
}

export const tabClass = styles['tab']
