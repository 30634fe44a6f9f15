import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'

import { listingQueries } from '@/features/marketplace/listing/api'
import type { Listing } from '@/features/marketplace/schemas'

/** The listing of the page that a tab belongs to; the page has loaded it and shows why not. */
export function useListing(): Listing | undefined {
  const { listingId } = useParams({ from: '/shell/marketplace/$listingId' })
  return useQuery(listingQueries.one(listingId)).data
}
