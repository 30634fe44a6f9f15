import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bot, Eye, EyeOff, Flag, GitFork, Play, ShoppingCart } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { Button, ButtonLink } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { useSession } from '@/lib/session'

import type { Listing } from '../schemas'
import { may } from '../schemas'
import { priceText } from '../words'
import { checkout, forkListing, useWatch } from './changes'
import styles from './listing.module.css'
import { ReportDialog } from './report-dialog'

interface ListingActionsProps {
  listing: Listing
  /** The dialog that asks for one's own pairs and days; the market's data are not this feature's. */
  tryDialog: (onClose: () => void) => ReactNode
  /** The dialog that makes a paper bot; where bots trade is not this feature's either. */
  botDialog: (onClose: () => void) => ReactNode
}

type Open = 'try' | 'bot' | 'report' | null

/** What the viewer may do with a listing, and nothing else. */
export function ListingActions({ listing, tryDialog, botDialog }: ListingActionsProps) {
  const [open, setOpen] = useState<Open>(null)
  const isVisitor = useSession().status === 'signedOut'
  const close = () => setOpen(null)
  if (isVisitor) {
    const next = `/marketplace/${listing.id}`
    return (
      <ButtonLink to="/sign-in" search={{ next }} look="primary">
        Sign in to try it
      </ButtonLink>
    )
  }
  return (
    <>
      {may(listing, 'edit') && (
        <ButtonLink to="/marketplace/$listingId/edit" params={{ listingId: listing.id }}>
          Change it
        </ButtonLink>
      )}
      {may(listing, 'report') && (
        <Button look="quiet" onClick={() => setOpen('report')}>
          <Flag size={16} aria-hidden />
          Report
        </Button>
      )}
      {may(listing, 'watch') && <WatchButton listing={listing} />}
      {may(listing, 'fork') && <ForkButton id={listing.id} />}
      {may(listing, 'run') && listing.version !== null && (
        <>
          {listing.access === 'open' && (
            <Button onClick={() => setOpen('bot')}>
              <Bot size={16} aria-hidden />
              Run on paper
            </Button>
          )}
          <Button look="primary" onClick={() => setOpen('try')}>
            <Play size={16} aria-hidden />
            Try it
          </Button>
        </>
      )}
      {may(listing, 'buy') && <BuyButton listing={listing} />}
      {open === 'try' && tryDialog(close)}
      {open === 'bot' && botDialog(close)}
      {open === 'report' && <ReportDialog listingId={listing.id} onClose={close} />}
    </>
  )
}

function ForkButton({ id }: { id: string }) {
  const navigate = useNavigate()
  const fork = useMutation({
    mutationFn: () => forkListing(id),
    onSuccess: (strategyId) => navigate({ to: '/strategies/$strategyId', params: { strategyId } }),
  })
  return (
    <>
      <Button isPending={fork.isPending} onClick={() => fork.mutate()}>
        <GitFork size={16} aria-hidden />
        Fork
      </Button>
      {fork.error !== null && <Failed error={fork.error} />}
    </>
  )
}

function WatchButton({ listing }: { listing: Listing }) {
  const watch = useWatch(listing.id)
  const Icon = listing.isWatching ? EyeOff : Eye
  return (
    <>
      <Button
        aria-pressed={listing.isWatching}
        isPending={watch.isPending}
        onClick={() => watch.mutate(!listing.isWatching)}
      >
        <Icon size={16} aria-hidden />
        {listing.isWatching ? 'No longer watch' : 'Watch'}
      </Button>
      {watch.error !== null && <Failed error={watch.error} />}
    </>
  )
}

function BuyButton({ listing }: { listing: Listing }) {
  const buy = useMutation({
    mutationFn: () => checkout(listing.id),
    onSuccess: (url) => window.location.assign(url),
  })
  return (
    <>
      <Button look="primary" isPending={buy.isPending} onClick={() => buy.mutate()}>
        <ShoppingCart size={16} aria-hidden />
        Buy for {priceText(listing.price)}
      </Button>
      {buy.error !== null && <Failed error={buy.error} />}
    </>
  )
}

function Failed({ error }: { error: Error }) {
  return (
    <div className={styles['failed']}>
      <Problem error={error} />
    </div>
  )
}
