import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { FormProvider, useForm, useWatch } from 'react-hook-form'

import { Panel } from '@/components/ui/panel'

import { createBot } from './api'
import { LimitFields } from './limit-fields'
import { type KeyChoice, MarketFields, type StrategyChoice } from './market-fields'
import styles from './bots.module.css'
import { botForm, type BotPlan, toRequest } from './plan'
import { PlanSummary } from './plan-summary'
import type { Venue } from './schemas'

interface NewBotFormProps {
  strategies: readonly StrategyChoice[]
  venues: readonly Venue[]
  keys: readonly KeyChoice[]
  initial: BotPlan
  onCreated: (botId: string) => void
}

/** The whole form; its values stay when making the bot fails. */
export function NewBotForm({ strategies, venues, keys, initial, onCreated }: NewBotFormProps) {
  const form = useForm<BotPlan>({ resolver: zodResolver(botForm), defaultValues: initial })
  const plan = useWatch({ control: form.control }) as BotPlan
  const key = useIdempotencyKey(JSON.stringify(plan))
  const making = useMutation({
    mutationFn: (values: BotPlan) => createBot(toRequest(values), key()),
    onSuccess: (bot) => onCreated(bot.id),
  })
  return (
    <FormProvider {...form}>
      <form
        noValidate
        className={styles['columns']}
        onSubmit={(event) => {
          void form.handleSubmit((values) => making.mutate(values))(event)
        }}
      >
        <div className={styles['stack']}>
          <Panel title="What it trades">
            <MarketFields strategies={strategies} venues={venues} keys={keys} />
          </Panel>
          <Panel title="Money and limits" note="Held by the platform, whatever the strategy does.">
            <LimitFields />
          </Panel>
        </div>
        <PlanSummary isPending={making.isPending} error={making.error} />
      </form>
    </FormProvider>
  )
}

/** One key per plan: pressing twice, or again after a lost answer, makes one bot. */
function useIdempotencyKey(plan: string): () => string {
  const last = useRef({ plan: '', key: '' })
  return () => {
    if (last.current.plan !== plan) last.current = { plan, key: crypto.randomUUID() }
    return last.current.key
  }
}
