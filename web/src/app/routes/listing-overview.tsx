import { ListingOverview } from '@/features/marketplace/listing/overview'

import { useListing } from './use-listing'

export function ListingOverviewTab() {
  const listing = useListing()
  return listing === undefined ? null : <ListingOverview listing={listing} />
}
