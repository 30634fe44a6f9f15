import { Flag } from 'lucide-react'
import { useState } from 'react'

import { Button, IconButton } from '@/components/ui/button'
import { TextAreaField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { formatAgo } from '@/lib/format'

import marketplace from '../marketplace.module.css'
import { Prose } from '../prose'
import { type Listing, may, type Review } from '../schemas'
import { useAnswer } from './changes'
import styles from './listing.module.css'
import { ReportDialog } from './report-dialog'
import { Stars } from './stars'

interface ReviewItemProps {
  review: Review
  listing: Listing
  isMine: boolean
}

/** One review, and what the author says to it. */
export function ReviewItem({ review, listing, isMine }: ReviewItemProps) {
  const [isReporting, setIsReporting] = useState(false)
  const { id, reviewer, stars, text, version, at, answer } = review
  return (
    <article className={styles['review']}>
      <header className={styles['marks']}>
        <Stars count={stars} />
        <strong>{isMine ? 'You' : reviewer}</strong>
        <span className={styles['muted']}>
          of version {version}, {formatAgo(at)}
        </span>
        {may(listing, 'report') && !isMine && (
          <IconButton
            label={`Report the review of ${reviewer}`}
            onClick={() => setIsReporting(true)}
          >
            <Flag size={14} aria-hidden />
          </IconButton>
        )}
      </header>
      <Prose text={text} />
      {answer !== null && (
        <div className={styles['note']}>
          <p className={styles['muted']}>
            {listing.author} answers, {formatAgo(answer.at)}
          </p>
          <Prose text={answer.text} />
        </div>
      )}
      {answer === null && may(listing, 'edit') && (
        <AnswerForm listingId={listing.id} reviewId={id} reviewer={reviewer} />
      )}
      {isReporting && (
        <ReportDialog listingId={listing.id} reviewId={id} onClose={() => setIsReporting(false)} />
      )}
    </article>
  )
}

interface AnswerFormProps {
  listingId: string
  reviewId: string
  reviewer: string
}

function AnswerForm({ listingId, reviewId, reviewer }: AnswerFormProps) {
  const [text, setText] = useState('')
  const answer = useAnswer(listingId, reviewId)
  return (
    <details>
      <summary>Answer</summary>
      <form
        className={marketplace['stack']}
        onSubmit={(event) => {
          event.preventDefault()
          answer.mutate(text.trim())
        }}
      >
        <TextAreaField
          label={`Your answer to ${reviewer}`}
          hint="Once, and in public."
          value={text}
          required
          maxLength={4_000}
          onChange={(event) => setText(event.target.value)}
        />
        {answer.error !== null && <Problem error={answer.error} />}
        <div>
          <Button type="submit" isPending={answer.isPending}>
            Answer
          </Button>
        </div>
      </form>
    </details>
  )
}
