import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import styles from '../marketplace.module.css'
import type { Listing } from '../schemas'
import { useMoveListing } from './api'

/** Hides a listing, or shows it again. */
export function StandingPanel({ listing }: { listing: Listing }) {
  const move = useMoveListing(listing.id)
  if (listing.standing === 'suspended') {
    return (
      <Panel title="Taken down">
        <p>A moderator took it down. Only a moderator can show it again.</p>
      </Panel>
    )
  }
  const isWithdrawn = listing.standing === 'withdrawn'
  return (
    <Panel title={isWithdrawn ? 'Show it again' : 'Withdraw it'}>
      <div className={styles['stack']}>
        <p>
          {isWithdrawn
            ? 'Search finds it again, with all that happened since.'
            : 'Nobody finds it any more. Its figures stay in your statistics and in the market’s, and whoever bought it or was let in may go on running it.'}
        </p>
        {move.error !== null && <Problem error={move.error} />}
        <div className={styles['actions']}>
          <Button
            isPending={move.isPending}
            onClick={() =>
              move.mutate(isWithdrawn ? 'restore' : 'withdraw', {
                onSuccess: () => toast(isWithdrawn ? 'It is shown again.' : 'It is withdrawn.'),
              })
            }
          >
            {isWithdrawn ? 'Show it again' : 'Withdraw it'}
          </Button>
        </div>
      </div>
    </Panel>
  )
}
