import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Panel } from '@/components/ui/panel'
import { formatDate, plural } from '@/lib/format'

import { authorQueries } from '../author/api'
import styles from './listing.module.css'

/** Who publishes it, with what became of all they published. */
export function AuthorBox({ handle }: { handle: string }) {
  const { data } = useQuery(authorQueries.one(handle))
  return (
    <Panel title="Author">
      <p>
        <Link to="/marketplace/authors/$handle" params={{ handle }}>
          {data?.name ?? handle}
        </Link>{' '}
        <span className={styles['muted']}>@{handle}</span>
      </p>
      {data !== undefined && (
        <p className={styles['muted']}>
          Publishes here since {formatDate(data.createdAt)}:{' '}
          {plural(data.record.listings, 'strategy', 'strategies')}, {data.record.withdrawn} of them
          withdrawn; {data.record.failed} of {plural(data.record.followed, 'followed version')} left
          the range that was to be expected.
        </p>
      )}
    </Panel>
  )
}
