import { useInfiniteQuery } from '@tanstack/react-query'
import { MessageSquare } from 'lucide-react'

import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More } from '@/components/ui/table'
import { plural } from '@/lib/format'

import { type Listing, may } from '../schemas'
import { meanStars, WHY_NOT } from '../words'
import { listingQueries } from './api'
import styles from './listing.module.css'
import { ReviewForm } from './review-form'
import { ReviewItem } from './review-item'

/** What people who have run it say. */
export function Reviews({ listing }: { listing: Listing }) {
  const found = useInfiniteQuery(listingQueries.reviews(listing.id))
  const mine = found.data?.pages[0]?.mine ?? null
  const mean = meanStars(listing.counts)
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data === undefined) {
    return (
      <Loading label="Loading the reviews">
        <Skeleton height="24rem" />
      </Loading>
    )
  }
  const reviews = found.data.pages.flatMap((page) => page.items)
  return (
    <div className={styles['main']}>
      {may(listing, 'review') ? (
        <Panel title={mine === null ? 'Your review' : 'Change your review'}>
          <ReviewForm key={mine?.id ?? ''} listingId={listing.id} mine={mine} />
        </Panel>
      ) : (
        !may(listing, 'edit') && (
          <p role="note" className={styles['note']}>
            {WHY_NOT.review} A backtest on your own pairs counts.
          </p>
        )
      )}
      <Panel
        title="Reviews"
        note={
          mean === null ? undefined : `${mean} of 5 in ${plural(listing.counts.reviews, 'review')}`
        }
      >
        {reviews.length === 0 ? (
          <Empty
            icon={MessageSquare}
            title="No reviews yet"
            text="Only people who have run a strategy may review it."
          />
        ) : (
          <ul className={styles['reviews']}>
            {reviews.map((review) => (
              <li key={review.id}>
                <ReviewItem review={review} listing={listing} isMine={review.id === mine?.id} />
              </li>
            ))}
          </ul>
        )}
        <More of={found} />
      </Panel>
    </div>
  )
}
