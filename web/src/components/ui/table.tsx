import type { ReactNode, TableHTMLAttributes } from 'react'

import { cn } from '@/lib/cn'

import styles from './table.module.css'

interface TableProps extends TableHTMLAttributes<HTMLTableElement> {
  /** Says what the table holds, for screen readers. */
  caption: string
  children: ReactNode
}

/** A native table in the house's look. Cells with `data-kind="number"` are set to the right. */
export function Table({ caption, children, className, ...rest }: TableProps) {
  return (
    <table {...rest} className={cn(styles['table'], className)}>
      <caption className="visually-hidden">{caption}</caption>
      {children}
    </table>
  )
}
