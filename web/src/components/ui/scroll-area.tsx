import type { ReactNode } from 'react'

import { cn } from '@/lib/cn'

import styles from './scroll-area.module.css'

interface ScrollAreaProps {
  /** What is in it, for screen readers. */
  label: string
  /** Bounds its size. */
  className: string | undefined
  children: ReactNode
}

/** A part of a page that scrolls by itself, and can be reached by keyboard to do so. */
export function ScrollArea({ label, className, children }: ScrollAreaProps) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={cn(styles['area'], className)} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  )
}
