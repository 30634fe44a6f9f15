import { cn } from '@/lib/cn'

import styles from './change.module.css'

interface ChangeProps {
  /** Decides gain or loss. */
  value: number | null | undefined
  /** The value as text, with its sign: see `formatSigned…`. */
  text: string
  /** Adds ▲ or ▼, for large figures. */
  hasArrow?: boolean
}

/** A gain or a loss: told by sign (and arrow) first, by colour second. */
export function Change({ value, text, hasArrow = false }: ChangeProps) {
  const direction = value == null || Number.isNaN(value) ? 0 : Math.sign(value)
  return (
    <span
      className={cn(
        styles['change'],
        direction > 0 && styles['gain'],
        direction < 0 && styles['loss'],
      )}
    >
      {hasArrow && direction !== 0 && (
        <span aria-hidden className={styles['arrow']}>
          {direction > 0 ? '▲' : '▼'}
        </span>
      )}
      {text}
    </span>
  )
}
