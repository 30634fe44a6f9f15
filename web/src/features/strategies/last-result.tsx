import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Change } from '@/components/ui/change'

import { formatSignedPercent } from '@/lib/format'

import { strategyQueries, type StrategyRun } from './api'
import styles from './strategies.module.css'

interface LastResultProps {
  strategyId: string
  /** The newest runs of all strategies; undefined until they are known. */
  newest: readonly StrategyRun[] | undefined
}

const FULL_PAGE = 100

/** A strategy's last run: its profit, or the state that it is in. */
export function LastResult({ strategyId, newest }: LastResultProps) {
  const known = newest?.find((run) => run.strategy.id === strategyId)
  // Only when there are more runs than the newest page is one of an older strategy worth a question.
  const isUnknown = newest !== undefined && known === undefined && newest.length >= FULL_PAGE
  const older = useQuery({ ...strategyQueries.runs(strategyId), enabled: isUnknown })
  const run = known ?? older.data?.[0]
  if (newest === undefined) return null
  if (run === undefined) return <span className={styles['muted']}>Never run</span>
  return (
    <Link to="/backtests/$runId" params={{ runId: run.id }} className={styles['result']}>
      <RunOutcome run={run} />
      <span className={styles['muted']}>version {run.strategy.version}</span>
    </Link>
  )
}

/** A run in a word or a figure. */
export function RunOutcome({ run }: { run: StrategyRun }) {
  if (run.state === 'succeeded' && run.headline !== null) {
    const profit = run.headline.final_balance / Number(run.spec.wallet) - 1
    return <Change value={profit} text={formatSignedPercent(profit)} />
  }
  return <span>{run.state.charAt(0).toUpperCase() + run.state.slice(1)}</span>
}
