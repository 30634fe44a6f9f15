import type { ReactNode } from 'react'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'

import { GradeMark } from '../grade'
import listingStyles from '../listing/listing.module.css'
import styles from '../marketplace.module.css'
import type { ListingVersion } from '../schemas'
import { useExamineAgain, usePublish } from './api'
import { Steps } from './steps'

interface PendingVersionProps {
  listingId: string
  version: ListingVersion
  /** The examination's progress and report, which are another feature's. */
  exam: ReactNode
  onPublished: () => void
}

/** A version that nobody but its author sees: its examination, and what may be done after it. */
export function PendingVersion({ listingId, version, exam, onPublished }: PendingVersionProps) {
  const publish = usePublish(listingId)
  const again = useExamineAgain(listingId)
  const { verdict, number } = version
  return (
    <div className={styles['stack']}>
      <Steps at={verdict.state === 'done' && verdict.isPublishable ? 2 : 1} />
      {verdict.state === 'done' && (
        <Panel
          title={
            verdict.isPublishable ? `Publish version ${number}` : `Version ${number} is refused`
          }
        >
          <div className={styles['stack']}>
            <p className={listingStyles['marks']}>
              <GradeMark grade={verdict.grade} />
              {verdict.isPublishable
                ? 'The examination is over. What it found is shown to everybody who sees the strategy, with this grade.'
                : verdict.message ||
                  'The examination found what no grade can stand for: see the report below.'}
            </p>
            {verdict.isPublishable ? (
              <div className={styles['actions']}>
                <Button
                  look="primary"
                  isPending={publish.isPending}
                  onClick={() => publish.mutate(number, { onSuccess: onPublished })}
                >
                  Publish it
                </Button>
              </div>
            ) : (
              <p className={styles['muted']}>
                Mend what the report names, save and backtest a new version of your strategy, and
                have that examined.
              </p>
            )}
            {publish.error !== null && <Problem error={publish.error} />}
          </div>
        </Panel>
      )}
      {verdict.state === 'failed' && (
        <Panel title="The examination failed">
          <div className={styles['stack']}>
            <p>{verdict.message}</p>
            <div className={styles['actions']}>
              <Button isPending={again.isPending} onClick={() => again.mutate(number)}>
                Examine it again
              </Button>
            </div>
            {again.error !== null && <Problem error={again.error} />}
          </div>
        </Panel>
      )}
      {exam}
    </div>
  )
}
