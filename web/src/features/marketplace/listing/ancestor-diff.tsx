import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, Suspense } from 'react'

import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import type { Listing } from '../schemas'
import { listingQueries } from './api'
import styles from './listing.module.css'

interface AncestorDiffProps {
  listing: Listing
  diff: (before: string, after: string) => ReactNode
}

/** What a fork changed of what it was forked from. */
export function AncestorDiff({ listing, diff }: AncestorDiffProps) {
  if (listing.ancestor === null || listing.version === null) {
    return (
      <p role="note" className={styles['note']}>
        This strategy was not forked from another.
      </p>
    )
  }
  return (
    <Difference
      from={{ id: listing.ancestor.listingId, number: listing.ancestor.version }}
      to={{ id: listing.id, number: listing.version.number }}
      diff={diff}
    />
  )
}

interface Side {
  id: string
  number: number
}

function Difference({
  from,
  to,
  diff,
}: { from: Side; to: Side } & Pick<AncestorDiffProps, 'diff'>) {
  const ancestor = useQuery(listingQueries.one(from.id))
  const before = useQuery(listingQueries.code(from.id, from.number))
  const after = useQuery(listingQueries.code(to.id, to.number))
  const failed = [before, after].find((query) => query.isError)
  return (
    <Panel
      title="What it changed"
      note={
        ancestor.data !== undefined && (
          <>
            Against version {from.number} of{' '}
            <Link to="/marketplace/$listingId" params={{ listingId: from.id }}>
              {ancestor.data.title}
            </Link>{' '}
            by {ancestor.data.author}
          </>
        )
      }
    >
      {failed !== undefined ? (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      ) : before.data === undefined || after.data === undefined ? (
        <Waiting />
      ) : (
        <Suspense fallback={<Waiting />}>{diff(before.data.code, after.data.code)}</Suspense>
      )}
    </Panel>
  )
}

function Waiting() {
  return (
    <Loading label="Loading both codes">
      <Skeleton height="24rem" />
    </Loading>
  )
}
