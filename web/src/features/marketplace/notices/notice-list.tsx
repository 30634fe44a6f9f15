import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More } from '@/components/ui/table'
import { formatAgo, plural } from '@/lib/format'

import styles from '../marketplace.module.css'
import { noticeQueries, useReadNotices } from './api'

/** What happened to the strategies that one watches or has published, and to one's reviews and reports. */
export function NoticeList() {
  const found = useInfiniteQuery(noticeQueries.mine())
  const read = useReadNotices()
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data === undefined) {
    return (
      <Loading label="Loading the notices">
        <Skeleton height="16rem" />
      </Loading>
    )
  }
  const items = found.data.pages.flatMap((page) => page.items)
  const unread = found.data.pages[0]?.unread ?? 0
  const [newest] = items
  if (newest === undefined) {
    return (
      <Empty
        icon={Bell}
        title="No notices"
        text="Watch a strategy to be told of new versions, and when it leaves its expected range."
      />
    )
  }
  return (
    <>
      <Panel
        title="What happened"
        note={unread === 0 ? 'All of it is read' : plural(unread, 'unread notice')}
        actions={
          unread > 0 && (
            <Button isPending={read.isPending} onClick={() => read.mutate(newest.at)}>
              Mark all as read
            </Button>
          )
        }
        isFlush
      >
        {read.error !== null && <Problem error={read.error} />}
        <ul className={styles['plainList']}>
          {items.map(({ id, text, listingId, title, at, isRead }) => (
            <li key={id} className={styles['item']}>
              <p>
                {!isRead && <Badge tone="info">New</Badge>}{' '}
                <Link to="/marketplace/$listingId" params={{ listingId }}>
                  {title}
                </Link>{' '}
                <span className={styles['muted']}>{formatAgo(at)}</span>
              </p>
              <p>{text}</p>
            </li>
          ))}
        </ul>
      </Panel>
      <More of={found} />
    </>
  )
}
