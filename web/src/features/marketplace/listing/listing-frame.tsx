import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Page, tabClass, TabLinks } from '@/components/layout/page'
import { Badge } from '@/components/ui/badge'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { ApiError } from '@/lib/problem'

import { GradeMark } from '../grade'
import { TermMarks } from '../marks'
import type { Listing } from '../schemas'
import { STANDING_WORDS } from '../words'
import { listingQueries } from './api'
import styles from './listing.module.css'

const TABS = [
  ['/marketplace/$listingId', 'Overview'],
  ['/marketplace/$listingId/trust', 'Trust'],
  ['/marketplace/$listingId/versions', 'Versions and code'],
  ['/marketplace/$listingId/reviews', 'Reviews'],
] as const

interface ListingFrameProps {
  listingId: string
  actions: (listing: Listing) => ReactNode
}

/** What all pages of one listing share: its name, its marks, what one may do with it, and the way between them. */
export function ListingFrame({ listingId, actions }: ListingFrameProps) {
  const found = useQuery(listingQueries.one(listingId))
  const listing = found.data
  if (found.error instanceof ApiError && found.error.status === 404) return <NotFoundPage />
  return (
    <Page
      title={listing?.title ?? 'Strategy'}
      crumb={<Link to="/marketplace">Marketplace</Link>}
      mark={listing !== undefined && <Marks listing={listing} />}
      lead={listing !== undefined && <Lead listing={listing} />}
      actions={listing !== undefined && actions(listing)}
    >
      {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && (
        <Loading label="Loading the strategy">
          <Skeleton height="40rem" />
        </Loading>
      )}
      {listing !== undefined && (
        <>
          <Standing listing={listing} />
          <TabLinks label="Parts of the listing">
            {TABS.map(([to, text]) => (
              <Link
                key={to}
                to={to}
                params={{ listingId }}
                activeOptions={{ exact: true, includeSearch: false }}
                className={tabClass}
              >
                {text}
              </Link>
            ))}
          </TabLinks>
          <Outlet />
        </>
      )}
    </Page>
  )
}

function Marks({ listing }: { listing: Listing }) {
  return (
    <span className={styles['marks']}>
      <GradeMark grade={listing.version?.verdict.grade ?? null} />
      <TermMarks access={listing.access} price={listing.price} />
      {listing.visibility !== 'public' && <Badge tone="warning">{listing.visibility}</Badge>}
      {listing.standing !== 'published' && (
        <Badge tone="warning">{STANDING_WORDS[listing.standing]}</Badge>
      )}
    </span>
  )
}

function Lead({ listing }: { listing: Listing }) {
  return (
    <>
      {listing.summary} By{' '}
      <Link to="/marketplace/authors/$handle" params={{ handle: listing.author }}>
        {listing.author}
      </Link>
      .
    </>
  )
}

/** Why a listing is not what one expects of it. */
function Standing({ listing }: { listing: Listing }) {
  const text = {
    published: null,
    draft: 'Only you see this: no version is published yet.',
    withdrawn:
      'Its author withdrew it. Its figures still count in every statistic; whoever bought it or was let in may go on running it.',
    suspended: 'A moderator took it down.',
  }[listing.standing]
  return text === null ? null : (
    <p role="note" className={styles['note']}>
      {text}
    </p>
  )
}
