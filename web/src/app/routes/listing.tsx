import { useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import { ListingActions } from '@/features/marketplace/listing/listing-actions'
import { ListingFrame } from '@/features/marketplace/listing/listing-frame'

const TryListing = lazy(() => import('../try-listing'))
const PaperBot = lazy(() => import('../paper-bot'))

/** One listing; its parts are tabs that are addresses. */
export function ListingPage() {
  const { listingId } = useParams({ from: '/shell/marketplace/$listingId' })
  return (
    <ListingFrame
      key={listingId}
      listingId={listingId}
      actions={(listing) => (
        <ListingActions
          listing={listing}
          tryDialog={(onClose) => (
            <Suspense>
              <TryListing listing={listing} onClose={onClose} />
            </Suspense>
          )}
          botDialog={(onClose) => (
            <Suspense>
              <PaperBot listing={listing} onClose={onClose} />
            </Suspense>
          )}
        />
      )}
    />
  )
}
