import { TriangleAlert } from 'lucide-react'
import { useWatch } from 'react-hook-form'

import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { plural } from '@/lib/format'

import type { Coverage, Exchange } from './api'
import { filesOf } from './market-fields'
import styles from './new-backtest.module.css'
import {
  candleSteps,
  coverageWarnings,
  estimateSeconds,
  estimateText,
  type PastRun,
  type Plan,
  planForm,
  sentenceOfPlan,
} from './plan'
import type { StrategyChoice } from './strategy-fields'

interface PlanSummaryProps {
  strategies: readonly StrategyChoice[]
  exchanges: readonly Exchange[]
  files: readonly Coverage[]
  past: readonly PastRun[]
  isPending: boolean
  error: Error | null
  /** What differs from the run that is repeated; null when none is. */
  changes: readonly string[] | null
}

/** Says in a sentence what will be run, what it lacks and how long it may take; then starts it. */
export function PlanSummary({
  strategies,
  exchanges,
  files,
  past,
  isPending,
  error,
  changes,
}: PlanSummaryProps) {
  // Every field has a default value, so the watched plan is whole.
  const plan = useWatch<Plan>() as Plan
  const strategy = strategies.find((each) => each.id === plan.strategyId)
  const exchange = exchanges.find((each) => each.name === plan.exchange)
  const chosen = filesOf(files, plan).filter((file) => plan.pairs.includes(file.pair))
  const isWhole = planForm.safeParse(plan).success && strategy !== undefined
  const warnings = isWhole ? coverageWarnings(plan, chosen) : []
  return (
    <aside className={styles['summary']} aria-label="What will be run">
      <p className={styles['sentence']}>
        {isWhole
          ? sentenceOfPlan(plan, strategy.name, exchange?.title ?? plan.exchange)
          : 'Choose a strategy, pairs and days; this sentence then says what will be run.'}
      </p>
      {exchange?.isSimulated === true && (
        <p>
          <Badge tone="warning" icon={TriangleAlert}>
            Simulated market
          </Badge>{' '}
          <span className={styles['note']}>Made from a seed; it never happened.</span>
        </p>
      )}
      {changes !== null && (
        <p className={styles['note']}>
          {changes.length === 0
            ? 'Nothing differs from the run before yet: its known result would be shown.'
            : `Differs from the run before in: ${changes.join(', ')}.`}
        </p>
      )}
      {warnings.length > 0 && (
        <ul className={styles['warnings']} aria-label="Missing candles">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {isWhole && (
        <p className={styles['estimate']}>
          {plural(candleSteps(plan), 'candle step')},{' '}
          {estimateText(estimateSeconds(candleSteps(plan), past))}
          {past.length === 0 ? ' by our benchmark.' : ' by your last runs.'}
        </p>
      )}
      {error !== null && <Problem error={error} />}
      <Button type="submit" look="primary" isPending={isPending}>
        {isPending ? 'Starting…' : 'Run the backtest'}
      </Button>
    </aside>
  )
}
