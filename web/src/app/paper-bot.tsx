import { useQuery } from '@tanstack/react-query'

import { Dialog } from '@/components/ui/dialog'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { botQueries } from '@/features/bots/api'
import { PaperBotDialog } from '@/features/marketplace/listing/paper-bot-dialog'
import type { Listing } from '@/features/marketplace/schemas'

interface PaperBotProps {
  listing: Listing
  onClose: () => void
}

/** A paper bot of somebody's strategy, where bots can trade. */
export default function PaperBot({ listing, onClose }: PaperBotProps) {
  const venues = useQuery(botQueries.venues())
  if (venues.data !== undefined) {
    return <PaperBotDialog listing={listing} venues={venues.data.items} onClose={onClose} />
  }
  return (
    <Dialog title="Run it on paper" isOpen onClose={onClose}>
      {venues.isError ? (
        <Problem error={venues.error} onRetry={() => void venues.refetch()} />
      ) : (
        <Loading label="Loading the exchanges">
          <Skeleton height="12rem" />
        </Loading>
      )}
    </Dialog>
  )
}
