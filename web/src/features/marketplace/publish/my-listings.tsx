import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Store } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Change } from '@/components/ui/change'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { Table } from '@/components/ui/table'
import { formatAgo, formatNumber, formatSignedPercent } from '@/lib/format'

import { GradeMark } from '../grade'
import type { Listing } from '../schemas'
import { meanStars, STANDING_WORDS } from '../words'
import { ownQueries } from './api'

/** One's own listings, drafts and withdrawn ones too. */
export function MyListings() {
  const found = useQuery(ownQueries.listings())
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data === undefined) {
    return (
      <Loading label="Loading your listings">
        <Skeleton height="16rem" />
      </Loading>
    )
  }
  if (found.data.length === 0) {
    return (
      <Empty
        icon={Store}
        title="You have published nothing"
        text="Open one of your verified backtests and press “Publish”. Candlewick examines the strategy before anybody sees it."
      >
        <ButtonLink to="/backtests" search={{ state: 'succeeded' }}>
          To the backtests
        </ButtonLink>
      </Empty>
    )
  }
  return (
    <Panel title="Published by you" isFlush>
      <Table caption="Your listings">
        <thead>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col">Grade</th>
            <th scope="col">Standing</th>
            <th scope="col" data-kind="number">
              Since publication
            </th>
            <th scope="col" data-kind="number">
              Users
            </th>
            <th scope="col" data-kind="number">
              Forks
            </th>
            <th scope="col" data-kind="number">
              Stars
            </th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {found.data.map((listing) => (
            <Row key={listing.id} listing={listing} />
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}

function Row({ listing }: { listing: Listing }) {
  const { counts, version, standing } = listing
  const isDraft = standing === 'draft'
  const proof = version?.outOfSample ?? null
  return (
    <tr>
      <th scope="row">
        <Link
          to={isDraft ? '/marketplace/$listingId/edit' : '/marketplace/$listingId'}
          params={{ listingId: listing.id }}
        >
          {listing.title}
        </Link>
      </th>
      <td>
        <GradeMark grade={version?.verdict.grade ?? null} />
      </td>
      <td>
        <Badge tone={standing === 'published' ? 'gain' : 'warning'}>
          {STANDING_WORDS[standing]}
        </Badge>
      </td>
      <td data-kind="number">
        {proof === null ? (
          '–'
        ) : (
          <Change value={proof.profit} text={formatSignedPercent(proof.profit)} />
        )}
      </td>
      <td data-kind="number">{formatNumber(counts.users, 0)}</td>
      <td data-kind="number">{formatNumber(counts.forks, 0)}</td>
      <td data-kind="number">{meanStars(counts) ?? '–'}</td>
      <td>{formatAgo(listing.updatedAt)}</td>
    </tr>
  )
}
