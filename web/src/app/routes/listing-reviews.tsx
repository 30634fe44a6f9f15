import { Reviews } from '@/features/marketplace/listing/reviews'

import { useListing } from './use-listing'

export function ListingReviewsTab() {
  const listing = useListing()
  return listing === undefined ? null : <Reviews listing={listing} />
}
