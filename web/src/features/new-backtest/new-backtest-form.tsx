import { zodResolver } from '@hookform/resolvers/zod'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { FormProvider, useForm, useWatch } from 'react-hook-form'

import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Skeleton } from '@/components/ui/skeleton'

import { type Exchange, marketDataQueries, startBacktest } from './api'
import { filesOf, MarketFields } from './market-fields'
import { MoneyFields } from './money-fields'
import styles from './new-backtest.module.css'
import { type PastRun, type Plan, planForm, toRequest } from './plan'
import { PlanSummary } from './plan-summary'
import { changedFields } from './presets'
import { RangePicker } from './range-picker'
import { type ParameterSetChoice, type StrategyChoice, StrategyFields } from './strategy-fields'

interface NewBacktestFormProps {
  exchanges: readonly Exchange[]
  strategies: readonly StrategyChoice[]
  parameterSets: readonly ParameterSetChoice[]
  /** The timeframe that the chosen version is written for, when its code says so. */
  ownTimeframe: string | null
  initial: Plan
  /** The plan of the run that is repeated, or null. */
  repeated: Plan | null
  past: readonly PastRun[]
  onStrategy: (strategyId: string, version: number) => void
  onStarted: (runId: string) => void
}

/** The whole form. Its values stay when starting fails. */
export function NewBacktestForm({
  exchanges,
  strategies,
  parameterSets,
  ownTimeframe,
  initial,
  repeated,
  past,
  onStrategy,
  onStarted,
}: NewBacktestFormProps) {
  const form = useForm<Plan>({ resolver: zodResolver(planForm), defaultValues: initial })
  const plan = useWatch({ control: form.control }) as Plan
  const coverage = useQuery({
    ...marketDataQueries.coverage(plan.exchange),
    enabled: plan.exchange !== '',
  })
  const files = coverage.data?.items ?? []
  const key = useIdempotencyKey(JSON.stringify(plan))
  const starting = useMutation({
    mutationFn: (values: Plan) => {
      const set = parameterSets.find((each) => each.id === values.parameterSet)
      return startBacktest(toRequest(values, set?.parameters), key())
    },
    onSuccess: onStarted,
  })
  useEffect(
    () => onStrategy(plan.strategyId, plan.version),
    [onStrategy, plan.strategyId, plan.version],
  )
  const chosen = filesOf(files, plan).filter((file) => plan.pairs.includes(file.pair))
  return (
    <FormProvider {...form}>
      <form
        noValidate
        className={styles['layout']}
        onSubmit={(event) => {
          void form.handleSubmit((values) => starting.mutate(values))(event)
        }}
      >
        <div className={styles['sections']}>
          <Panel title="Strategy">
            <StrategyFields strategies={strategies} parameterSets={parameterSets} />
          </Panel>
          <Panel title="Market">
            {coverage.isError && (
              <Problem error={coverage.error} onRetry={() => void coverage.refetch()} />
            )}
            {coverage.isPending ? (
              <Skeleton height="20rem" />
            ) : (
              <MarketFields exchanges={exchanges} files={files} ownTimeframe={ownTimeframe} />
            )}
          </Panel>
          <Panel title="Days">
            <RangePicker
              files={chosen}
              start={plan.start}
              end={plan.end}
              errors={{
                start: form.formState.errors.start?.message,
                end: form.formState.errors.end?.message,
              }}
              onChange={(start, end) => {
                form.setValue('start', start, { shouldDirty: true })
                form.setValue('end', end, { shouldDirty: true })
                form.clearErrors(['start', 'end'])
              }}
            />
          </Panel>
          <Panel title="Money and risk">
            <MoneyFields />
          </Panel>
        </div>
        <PlanSummary
          strategies={strategies}
          exchanges={exchanges}
          files={files}
          past={past}
          isPending={starting.isPending}
          error={starting.error}
          changes={repeated === null ? null : changedFields(repeated, plan)}
        />
      </form>
    </FormProvider>
  )
}

/** One key per plan: pressing twice, or again after a lost answer, starts one run. */
function useIdempotencyKey(plan: string): () => string {
  const last = useRef({ plan: '', key: '' })
  return () => {
    if (last.current.plan !== plan) last.current = { plan, key: crypto.randomUUID() }
    return last.current.key
  }
}
