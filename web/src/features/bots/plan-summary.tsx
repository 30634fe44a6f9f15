import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { useWatch } from 'react-hook-form'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { botQueries } from './api'
import styles from './bots.module.css'
import { botForm, type BotPlan, EMPTY_BOT, toRequest } from './plan'

interface PlanSummaryProps {
  isPending: boolean
  error: Error | null
}

/** Says in sentences what the bot will do and may cost, before it is made. */
export function PlanSummary({ isPending, error }: PlanSummaryProps) {
  const plan = useDeferredValue(useWatch<BotPlan>() as BotPlan)
  const isComplete = botForm.safeParse(plan).success
  const preview = useQuery({
    ...botQueries.preview(toRequest(isComplete ? plan : EMPTY_BOT)),
    enabled: isComplete,
    placeholderData: (before) => before,
  })
  return (
    <aside aria-label="What will happen">
      <Panel title="What will happen">
        <div className={styles['sentences']}>
          {!isComplete ? (
            <p className={styles['muted']}>
              Fill in the form to read what the bot will do and what it costs.
            </p>
          ) : preview.isError ? (
            <Problem error={preview.error} />
          ) : preview.data === undefined ? (
            <Loading label="Asking what will happen">
              <Skeleton height="6rem" />
            </Loading>
          ) : (
            preview.data.sentences.map((sentence) => <p key={sentence}>{sentence}</p>)
          )}
          {error !== null && <Problem error={error} />}
          <Button type="submit" look="primary" isPending={isPending}>
            Make the bot
          </Button>
          <p className={styles['muted']}>It is made, and starts when you say so.</p>
        </div>
      </Panel>
    </aside>
  )
}
