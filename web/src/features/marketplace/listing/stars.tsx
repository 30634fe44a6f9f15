import { Star } from 'lucide-react'

import styles from './listing.module.css'

export const MOST_STARS = 5

/** A rating: drawn, and said. */
export function Stars({ count }: { count: number }) {
  return (
    <span className={styles['stars']} role="img" aria-label={`${count} of ${MOST_STARS} stars`}>
      {Array.from({ length: MOST_STARS }, (_, index) => (
        <Star key={index} size={15} aria-hidden data-full={index < count || undefined} />
      ))}
    </span>
  )
}
