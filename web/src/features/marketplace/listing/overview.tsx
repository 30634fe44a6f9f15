import { useQuery } from '@tanstack/react-query'

import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { Prose } from '../prose'
import type { Listing, ListingVersion } from '../schemas'
import { listingQueries } from './api'
import { AuthorBox } from './author-box'
import { EquityPanel } from './equity-panel'
import { FactsPanel } from './facts-panel'
import { FallsPanel } from './falls-panel'
import { FiguresTable } from './figures-table'
import { LineagePanel } from './lineage-panel'
import styles from './listing.module.css'
import { PairsPanel } from './pairs-panel'

/** A listing at a glance: what it does, what it did, who made it. */
export function ListingOverview({ listing }: { listing: Listing }) {
  const { version } = listing
  return (
    <div className={styles['columns']}>
      <div className={styles['main']}>
        {version !== null && <WhatItDoes version={version} />}
        {listing.access === 'closed' && <ClosedNote />}
        {version !== null && <Figures listingId={listing.id} version={version} />}
        {listing.description !== '' && (
          <Panel title="What the author says">
            <Prose text={listing.description} />
          </Panel>
        )}
      </div>
      <aside className={styles['aside']} aria-label="About this strategy">
        <FactsPanel listing={listing} />
        <AuthorBox handle={listing.author} />
        <LineagePanel listing={listing} />
      </aside>
    </div>
  )
}

function WhatItDoes({ version }: { version: ListingVersion }) {
  if (version.sentence === '') return null
  return (
    <p className={styles['sentence']}>
      <span className="visually-hidden">What it does: </span>
      {version.sentence}
    </p>
  )
}

/** Said plainly, since it decides whether one can find out why it trades. */
function ClosedNote() {
  return (
    <p role="note" className={styles['note']}>
      <strong>Closed code.</strong> You can run it and see every trade, but nobody but its author
      reads how it decides: not the code, not its indicators, not its log. The figures are computed
      by Candlewick all the same.
    </p>
  )
}

function Figures({ listingId, version }: { listingId: string; version: ListingVersion }) {
  const result = useQuery({
    ...listingQueries.result(listingId, version.number),
    enabled: version.verdict.state === 'done',
  })
  if (version.verdict.state !== 'done') {
    return (
      <p role="note" className={styles['note']}>
        {version.verdict.state === 'running'
          ? 'It is being examined; the figures come with it.'
          : version.verdict.message}
      </p>
    )
  }
  if (result.isError) return <Problem error={result.error} onRetry={() => void result.refetch()} />
  if (result.data === undefined) {
    return (
      <Loading label="Loading the result">
        <Skeleton height="48rem" />
      </Loading>
    )
  }
  return (
    <>
      <EquityPanel result={result.data} />
      <FiguresTable result={result.data} />
      <div className={styles['pair']}>
        <FallsPanel result={result.data} />
        <PairsPanel result={result.data} />
      </div>
    </>
  )
}
