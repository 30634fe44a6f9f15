import { useInfiniteQuery } from '@tanstack/react-query'
import { Flag, MessageSquare } from 'lucide-react'
import { useState } from 'react'

import { Button, IconButton } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatAgo, plural } from '@/lib/format'

import { type Listing, may, type Review } from '../schemas'
import { meanStars, WHY_NOT } from '../words'
import { listingQueries } from './api'
import styles from './listing.module.css'
import { ReportDialog } from './report-dialog'
import { ReviewForm } from './review-form'
import { Stars } from './stars'

/** What people who have run it say. */
export function Reviews({ listing }: { listing: Listing }) {
  const found = useInfiniteQuery(listingQueries.reviews(listing.id))
  const reviews = found.data?.pages.flatMap((page) => page.items)
  const mine = reviews?.find((review) => review.isMine)
  const mean = meanStars(listing.counts)
  return (
    <div className={styles['main']}>
      {reviews !== undefined &&
        (may(listing, 'review') ? (
          <Panel title={mine === undefined ? 'Your review' : 'Change your review'}>
            <ReviewForm key={mine?.at ?? ''} listingId={listing.id} mine={mine} />
          </Panel>
        ) : (
          !may(listing, 'edit') && (
            <p role="note" className={styles['note']}>
              {WHY_NOT.review} A backtest on your own pairs counts.
            </p>
          )
        ))}
      <Panel
        title="Reviews"
        note={
          mean === null ? undefined : `${mean} of 5 in ${plural(listing.counts.reviews, 'review')}`
        }
      >
        {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
        {found.isPending && (
          <Loading label="Loading the reviews">
            <Skeleton height="12rem" />
          </Loading>
        )}
        {reviews?.length === 0 && (
          <Empty
            icon={MessageSquare}
            title="No reviews yet"
            text="Only people who have run a strategy may review it."
          />
        )}
        {reviews !== undefined && reviews.length > 0 && (
          <ul className={styles['reviews']}>
            {reviews.map((review) => (
              <li key={review.id}>
                <Item review={review} listing={listing} />
              </li>
            ))}
          </ul>
        )}
        {found.hasNextPage && (
          <Button isPending={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            Show more
          </Button>
        )}
      </Panel>
    </div>
  )
}

function Item({ review, listing }: { review: Review; listing: Listing }) {
  const [isReporting, setIsReporting] = useState(false)
  return (
    <article className={styles['review']}>
      <header className={styles['marks']}>
        <Stars count={review.stars} />
        <strong>{review.isMine ? 'You' : review.author}</strong>
        <span className={styles['muted']}>
          of version {review.version}, {formatAgo(review.at)}
        </span>
        {may(listing, 'report') && !review.isMine && (
          <IconButton
            label={`Report the review of ${review.author}`}
            onClick={() => setIsReporting(true)}
          >
            <Flag size={14} aria-hidden />
          </IconButton>
        )}
      </header>
      <p className={styles['notes']}>{review.text}</p>
      {isReporting && (
        <ReportDialog
          listingId={listing.id}
          reviewId={review.id}
          onClose={() => setIsReporting(false)}
        />
      )}
    </article>
  )
}
