import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { GitFork } from 'lucide-react'

import { ButtonLink } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { plural } from '@/lib/format'

import type { Lineage, Listing, Relative } from '../schemas'
import { listingQueries } from './api'
import styles from './listing.module.css'

const SHOWN_FORKS = 8

/** Where the strategy comes from, and what came of it: a small tree. */
export function LineagePanel({ listing }: { listing: Listing }) {
  const lineage = useQuery(listingQueries.lineage(listing.id))
  return (
    <Panel
      title="Ancestry"
      actions={
        listing.ancestor !== null && (
          <ButtonLink to="/marketplace/$listingId/ancestor-diff" params={{ listingId: listing.id }}>
            What it changed
          </ButtonLink>
        )
      }
    >
      {lineage.isPending && (
        <Loading label="Loading the ancestry">
          <Skeleton height="4rem" />
        </Loading>
      )}
      {lineage.isError && <Problem error={lineage.error} onRetry={() => void lineage.refetch()} />}
      {lineage.data !== undefined && <Tree listing={listing} lineage={lineage.data} />}
    </Panel>
  )
}

function Tree({ listing, lineage }: { listing: Listing; lineage: Lineage }) {
  const { ancestors, forks } = lineage
  if (ancestors.length === 0 && forks.length === 0) {
    return <p className={styles['muted']}>It was forked from nothing, and nothing from it yet.</p>
  }
  const own = (
    <li>
      <strong aria-current="page">{listing.title}</strong>
      {forks.length > 0 && (
        <ul>
          {forks.slice(0, SHOWN_FORKS).map((fork) => (
            <li key={fork.id}>
              <Name relative={fork} />
            </li>
          ))}
          {forks.length > SHOWN_FORKS && (
            <li className={styles['muted']}>
              and {plural(forks.length - SHOWN_FORKS, 'fork')} more
            </li>
          )}
        </ul>
      )}
    </li>
  )
  return (
    <>
      {listing.ancestor?.isDeclared === false && (
        <p className={styles['muted']}>Its code is nearly the same as its ancestor’s.</p>
      )}
      <ul className={styles['tree']}>
        {/* The nearest is the innermost. */}
        {ancestors.reduce(
          (inner, ancestor, index) => (
            <li key={ancestor?.id ?? index}>
              {ancestor === null ? (
                <span className={styles['muted']}>one that is not shown</span>
              ) : (
                <Name relative={ancestor} />
              )}
              <ul>{inner}</ul>
            </li>
          ),
          own,
        )}
      </ul>
    </>
  )
}

function Name({ relative }: { relative: Relative }) {
  return (
    <>
      <GitFork size={13} aria-hidden className={styles['treeIcon']} />
      <Link to="/marketplace/$listingId" params={{ listingId: relative.id }}>
        {relative.title}
      </Link>{' '}
      <span className={styles['muted']}>
        by {relative.author}
        {relative.standing === 'withdrawn' && ', withdrawn'}
      </span>
    </>
  )
}
