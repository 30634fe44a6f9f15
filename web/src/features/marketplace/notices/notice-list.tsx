import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatAgo, plural } from '@/lib/format'

import styles from '../marketplace.module.css'
import { noticeQueries, useReadNotices } from './api'

/** What happened to the strategies that one watches or has published. */
export function NoticeList() {
  const found = useQuery(noticeQueries.mine())
  const read = useReadNotices()
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data === undefined) {
    return (
      <Loading label="Loading the notices">
        <Skeleton height="16rem" />
      </Loading>
    )
  }
  const { items, unread } = found.data
  if (items.length === 0) {
    return (
      <Empty
        icon={Bell}
        title="No notices"
        text="Watch a strategy to be told of new versions, and when it leaves its expected range."
      />
    )
  }
  return (
    <Panel
      title="Notices"
      note={unread === 0 ? 'All of them are read' : plural(unread, 'unread one', 'unread ones')}
      actions={
        unread > 0 && (
          <Button isPending={read.isPending} onClick={() => read.mutate()}>
            Mark all as read
          </Button>
        )
      }
      isFlush
    >
      {read.error !== null && <Problem error={read.error} />}
      <ul className={styles['plainList']}>
        {items.map(({ id, text, listing, at, isRead }) => (
          <li key={id} className={styles['item']}>
            <p>
              {!isRead && <Badge tone="info">New</Badge>} {text}
            </p>
            <p className={styles['muted']}>
              <Link to="/marketplace/$listingId" params={{ listingId: listing.id }}>
                {listing.title}
              </Link>
              , {formatAgo(at)}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
