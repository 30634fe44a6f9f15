import { Link } from '@tanstack/react-router'

import { Problem } from '@/components/ui/problem'
import { Progress } from '@/components/ui/progress'

import styles from './assistant.module.css'
import type { Backtesting } from './use-backtest'

/** A backtest on its way from the chat. */
export function BacktestStatus({ backtest }: { backtest: Backtesting }) {
  const { state, run, error } = backtest
  if (state === 'idle') return null
  return (
    <div className={styles['status']}>
      {state === 'saving' && <p role="status">Saving the version…</p>}
      {state === 'running' && (
        <Progress label="The backtest is running" fraction={run?.progress?.fraction ?? 0} />
      )}
      {state === 'failed' && error !== null && <Problem error={error} />}
      {state === 'failed' && error === null && (
        <p role="alert">
          The backtest {run?.state === 'cancelled' ? 'was cancelled' : 'failed'}.{' '}
          {run?.failure?.message}
        </p>
      )}
      {run !== null && (
        <Link to="/backtests/$runId" params={{ runId: run.id }}>
          Open the run
        </Link>
      )}
    </div>
  )
}
