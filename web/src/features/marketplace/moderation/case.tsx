import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { SelectField, TextAreaField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { formatDateTime } from '@/lib/format'

import listingStyles from '../listing/listing.module.css'
import styles from '../marketplace.module.css'
import { STANDING_WORDS } from '../words'
import { type Decision, moderationQueries, useDecide, type WholeCase } from './api'

const DECISION_WORDS: Record<Decision, string> = {
  suspend: 'Take it down',
  restore: 'Show it again',
  dismiss: 'Dismiss the reports',
}

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
  const { listing, what, history } = found.data
  return (
    <div className={styles['stack']}>
      <p>
        <Link to="/marketplace/$listingId" params={{ listingId: listing.id }}>
          {listing.title}
        </Link>{' '}
        by {listing.author}: {STANDING_WORDS[listing.standing].toLowerCase()}.
      </p>
      <Panel title="What was reported">
        <ul className={listingStyles['reviews']}>
          {what.map(({ reason, text, at, review }) => (
            <li key={at + reason}>
              <strong>{reason}</strong>{' '}
              <span className={styles['muted']}>{formatDateTime(at)} UTC</span>
              <p className={listingStyles['notes']}>{text}</p>
              {review !== null && (
                <blockquote className={listingStyles['note']}>
                  Review of {review.author}: {review.text}
                </blockquote>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      {history.length > 0 && (
        <Panel title="Decided before">
          <ul className={listingStyles['reviews']}>
            {history.map(({ decision, reason, at }) => (
              <li key={at}>
                <strong>{decision}</strong>{' '}
                <span className={styles['muted']}>{formatDateTime(at)} UTC</span>
                <p className={listingStyles['notes']}>{reason}</p>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Decide found={found.data} />
    </div>
  )
}

function Decide({ found }: { found: WholeCase }) {
  const possible: readonly Decision[] =
    found.listing.standing === 'suspended' ? ['restore', 'dismiss'] : ['suspend', 'dismiss']
  const [decision, setDecision] = useState<Decision>('dismiss')
  const [reason, setReason] = useState('')
  const decide = useDecide(found.id)
  return (
    <Panel title="Decide">
      <form
        className={styles['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          decide.mutate(
            { decision, reason: reason.trim() },
            {
              onSuccess: () => {
                setReason('')
                toast('Decided.')
              },
            },
          )
        }}
      >
        <SelectField
          label="Decision"
          value={decision}
          onChange={(event) => setDecision(event.target.value as Decision)}
        >
          {possible.map((each) => (
            <option key={each} value={each}>
              {DECISION_WORDS[each]}
            </option>
          ))}
        </SelectField>
        <TextAreaField
          label="Reason"
          hint="The author reads it."
          value={reason}
          required
          maxLength={1_000}
          onChange={(event) => setReason(event.target.value)}
        />
        {decide.error !== null && <Problem error={decide.error} />}
        <DialogActions>
          <Button type="submit" look="primary" isPending={decide.isPending}>
            Decide
          </Button>
        </DialogActions>
      </form>
    </Panel>
  )
}
