import type { ReactNode } from 'react'

import styles from './figures.module.css'
import { Hint } from './hint'

/** A row of figures that matter first; wraps, and leaves no gap. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className={styles['grid']}>{children}</dl>
}

interface FigureProps {
  name: string
  /** A plain explanation, one press away. */
  about: string
  isLarge?: boolean
  /** The figure, and what belongs to it in `<small>`. */
  children: ReactNode
}

export function Figure({ name, about, isLarge = false, children }: FigureProps) {
  return (
    <div className={styles['figure']} data-large={isLarge || undefined}>
      <dt>
        <Hint term={name}>{about}</Hint>
      </dt>
      <dd>{children}</dd>
    </div>
  )
}
