import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatDateTime } from '@/lib/format'

import listingStyles from '../listing/listing.module.css'
import { Stars } from '../listing/stars'
import styles from '../marketplace.module.css'
import { Prose } from '../prose'
import { STANDING_WORDS } from '../words'
import { type Case, moderationQueries, type OpenedCase, useMoveCase } from './api'
import { Decide } from './decide'
import { RULING_WORDS } from './words'

/** One case: what was reported, what was decided before, and the decision. */
export function CaseView({ id }: { id: string }) {
  const found = useQuery(moderationQueries.one(id))
  if (found.isError) return <Problem error={found.error} onRetry={() => void found.refetch()} />
  if (found.data === undefined) {
    return (
      <Loading label="Loading the case">
        <Skeleton height="20rem" />
      </Loading>
    )
  }
  const opened = found.data
  return (
    <div className={styles['stack']}>
      <InHand found={opened.case} />
      <Subject opened={opened} />
      <Panel title="What was reported">
        <ul className={listingStyles['reviews']}>
          {opened.reports.map(({ reason, text, at }) => (
            <li key={at + reason}>
              <strong>{reason}</strong>{' '}
              <span className={styles['muted']}>{formatDateTime(at)} UTC</span>
              <p className={listingStyles['notes']}>{text}</p>
            </li>
          ))}
        </ul>
      </Panel>
      {opened.case.decisions.length > 0 && (
        <Panel title="Decided before">
          <ul className={listingStyles['reviews']}>
            {opened.case.decisions.map(({ ruling, reason, moderator, at }) => (
              <li key={at}>
                <strong>{RULING_WORDS[ruling]}</strong>{' '}
                <span className={styles['muted']}>
                  {moderator}, {formatDateTime(at)} UTC
                </span>
                <p className={listingStyles['notes']}>{reason}</p>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Decide key={opened.case.revision} opened={opened} />
    </div>
  )
}

/** Two moderators should not judge the same case at once. */
function InHand({ found }: { found: Case }) {
  const move = useMoveCase(found)
  const text = found.isMine
    ? 'You have it in hand.'
    : `${found.moderator ?? 'Nobody'} has it in hand.`
  return (
    <div className={styles['row']}>
      <p>{text}</p>
      <Button
        isPending={move.isPending}
        onClick={() => move.mutate(found.isMine ? 'release' : 'take')}
      >
        {found.isMine ? 'Give it back' : 'Take it'}
      </Button>
      {move.error !== null && <Problem error={move.error} />}
    </div>
  )
}

/** What it is about: a listing, or one of its reviews. */
function Subject({ opened: { listing, review } }: { opened: OpenedCase }) {
  return (
    <Panel
      title={review === null ? 'The listing' : 'A review'}
      note={
        <>
          <Link to="/marketplace/$listingId" params={{ listingId: listing.id }}>
            {listing.title}
          </Link>{' '}
          by {listing.author}, {STANDING_WORDS[listing.standing].toLowerCase()}
        </>
      }
    >
      {review === null ? (
        <div className={styles['stack']}>
          <p>{listing.summary}</p>
          <Prose text={listing.description} />
        </div>
      ) : (
        <div className={styles['stack']}>
          <p className={listingStyles['marks']}>
            <Stars count={review.stars} /> {review.reviewer}
            {review.isHidden && ', hidden'}
          </p>
          <Prose text={review.text} />
        </div>
      )}
    </Panel>
  )
}
