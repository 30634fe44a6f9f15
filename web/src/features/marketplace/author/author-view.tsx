import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Page } from '@/components/layout/page'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatDate } from '@/lib/format'
import { ApiError } from '@/lib/problem'

import { Prose } from '../prose'
import { ListingCard } from '../search/card'
import styles from '../search/search.module.css'
import { authorQueries } from './api'
import { RecordFigures } from './record-panel'

/** Somebody who publishes, with all that became of it: what was withdrawn counts too. */
export function AuthorView({ handle }: { handle: string }) {
  const found = useQuery(authorQueries.one(handle))
  const author = found.data
  if (found.error instanceof ApiError && found.error.status === 404) return <NotFoundPage />
  return (
    <Page
      title={author?.name ?? handle}
      crumb={<Link to="/marketplace">Marketplace</Link>}
      lead={
        author !== undefined && `@${handle}, publishes here since ${formatDate(author.createdAt)}`
      }
    >
      {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && (
        <Loading label="Loading the author">
          <Skeleton height="24rem" />
        </Loading>
      )}
      {author !== undefined && <RecordFigures record={author.record} />}
      {author !== undefined && author.about !== '' && (
        <Panel title="About">
          <Prose text={author.about} />
        </Panel>
      )}
      {author !== undefined && author.listings.length > 0 && (
        <ul className={styles['cards']} aria-label="Strategies">
          {author.listings.map((card) => (
            <li key={card.id}>
              <ListingCard card={card} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
