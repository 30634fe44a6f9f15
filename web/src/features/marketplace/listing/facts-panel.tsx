import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { Panel } from '@/components/ui/panel'
import { formatDate, formatNumber, plural } from '@/lib/format'

import type { Listing } from '../schemas'
import { meanStars } from '../words'
import styles from './listing.module.css'

const SHOWN_PAIRS = 6

/** Where and how it trades, and how much it is used. */
export function FactsPanel({ listing }: { listing: Listing }) {
  const { version, counts } = listing
  const stars = meanStars(counts)
  return (
    <Panel title="At a glance">
      <dl className={styles['facts']}>
        {version !== null && (
          <>
            <Fact name="Market">
              {version.spec.exchange}, {version.spec.tradingMode},{' '}
              {version.canShort ? 'long and short' : 'long only'}
            </Fact>
            <Fact name="Candles">{version.spec.timeframe}</Fact>
            <Fact name="Pairs">{pairsText(version.spec.pairs)}</Fact>
            <Fact name="Version">
              {version.number}
              {version.publishedAt !== null && `, ${formatDate(version.publishedAt)}`}
            </Fact>
          </>
        )}
        {listing.publishedAt !== null && (
          <Fact name="First published">{formatDate(listing.publishedAt)}</Fact>
        )}
        <Fact name="Licence">{listing.access === 'closed' ? 'Closed code' : listing.licence}</Fact>
        <Fact name="Used by">
          {plural(counts.users, 'person', 'people')}, forked {formatNumber(counts.forks, 0)}×
        </Fact>
        <Fact name="Rated">
          {stars === null ? 'not yet' : `${stars} of 5 in ${plural(counts.reviews, 'review')}`}
        </Fact>
      </dl>
      {listing.tags.length > 0 && (
        <ul className={styles['tags']} aria-label="Tags">
          {listing.tags.map((tag) => (
            <li key={tag}>
              <Link to="/marketplace" search={{ tag }}>
                {tag}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function pairsText(pairs: readonly string[]): string {
  const shown = pairs.slice(0, SHOWN_PAIRS).join(', ')
  return pairs.length > SHOWN_PAIRS ? `${shown} and ${pairs.length - SHOWN_PAIRS} more` : shown
}
