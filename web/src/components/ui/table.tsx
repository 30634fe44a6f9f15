import type { ReactNode, TableHTMLAttributes } from 'react'

import { cn } from '@/lib/cn'

import { Button } from './button'
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

interface MoreProps {
  /** What `useInfiniteQuery` returned. */
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  className?: string | undefined
  children?: ReactNode
}

/** Brings the next page of a table or list; nothing after the last one. */
export function More({ of, className, children = 'Show more' }: MoreProps) {
  if (!of.hasNextPage) return null
  return (
    <div className={className}>
      <Button isPending={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        {children}
      </Button>
    </div>
  )
}
