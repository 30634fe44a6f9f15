import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldCheck } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { Table } from '@/components/ui/table'
import { formatAgo, formatNumber } from '@/lib/format'

import { STANDING_WORDS } from '../words'
import { moderationQueries } from './api'

/** What was reported and waits for a decision, the oldest first. */
export function Queue() {
  const found = useQuery(moderationQueries.queue())
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data === undefined) {
    return (
      <Loading label="Loading the queue">
        <Skeleton height="16rem" />
      </Loading>
    )
  }
  if (found.data.length === 0) {
    return <Empty icon={ShieldCheck} title="Nothing waits" text="Every report is decided." />
  }
  return (
    <Panel title="Reported" note="Each decision takes a reason and is kept" isFlush>
      <Table caption="Cases that wait for a decision">
        <thead>
          <tr>
            <th scope="col">Strategy</th>
            <th scope="col">Author</th>
            <th scope="col">Standing</th>
            <th scope="col" data-kind="number">
              Reports
            </th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          {found.data.map(({ id, listing, reports, openedAt }) => (
            <tr key={id}>
              <th scope="row">
                <Link to="/moderation/$caseId" params={{ caseId: id }}>
                  {listing.title}
                </Link>
              </th>
              <td>{listing.author}</td>
              <td>
                <Badge>{STANDING_WORDS[listing.standing]}</Badge>
              </td>
              <td data-kind="number">{formatNumber(reports, 0)}</td>
              <td>{formatAgo(openedAt)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}
