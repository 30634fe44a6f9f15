import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldCheck } from 'lucide-react'

import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Segmented } from '@/components/ui/segmented'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More, Table } from '@/components/ui/table'
import { formatAgo, formatNumber } from '@/lib/format'
import { ApiError } from '@/lib/problem'

import { type Case, type CaseState, moderationQueries } from './api'

const STATES = [
  ['open', 'Waiting'],
  ['in-review', 'In somebody’s hands'],
  ['decided', 'Decided'],
] as const

interface QueueProps {
  state: CaseState
  onState: (state: CaseState) => void
}

/** What was reported, the case that waits longest first. */
export function Queue({ state, onState }: QueueProps) {
  const found = useInfiniteQuery(moderationQueries.queue(state))
  const isForbidden = found.error instanceof ApiError && found.error.status === 403
  return (
    <>
      <div>
        <Segmented label="State" options={STATES} value={state} onChange={onState} />
      </div>
      {found.isError && (
        <Problem
          error={found.error}
          onRetry={isForbidden ? undefined : () => void found.refetch()}
        />
      )}
      {found.isPending && (
        <Loading label="Loading the queue">
          <Skeleton height="16rem" />
        </Loading>
      )}
      {found.data !== undefined && <Cases cases={found.data.pages.flatMap((page) => page.items)} />}
      <More of={found} />
    </>
  )
}

function Cases({ cases }: { cases: readonly Case[] }) {
  if (cases.length === 0) {
    return <Empty icon={ShieldCheck} title="Nothing here" text="No case is in this state." />
  }
  return (
    <Panel title="Cases" note="Each decision takes a reason and is kept" isFlush>
      <Table caption="Reported listings and reviews">
        <thead>
          <tr>
            <th scope="col">Case</th>
            <th scope="col">About</th>
            <th scope="col" data-kind="number">
              Reports
            </th>
            <th scope="col">Since</th>
            <th scope="col">In the hands of</th>
          </tr>
        </thead>
        <tbody>
          {cases.map(({ id, listingId, reviewId, reports, openedAt, moderator }) => (
            <tr key={id}>
              <th scope="row">
                <Link to="/moderation/$caseId" params={{ caseId: id }}>
                  Open
                  <span className="visually-hidden"> case {id}</span>
                </Link>
              </th>
              <td>
                {reviewId === null ? 'listing' : 'a review of'} {listingId}
              </td>
              <td data-kind="number">{formatNumber(reports, 0)}</td>
              <td>{formatAgo(openedAt)}</td>
              <td>{moderator ?? 'nobody'}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}
