import { Link } from '@tanstack/react-router'
import { CircleSlash, CircleX } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Change } from '@/components/ui/change'
import { Progress } from '@/components/ui/progress'
import { isSettled } from '@/features/runs/api'
import { profitOf, type Run } from '@/features/runs/schemas'
import { formatAgo, formatPercent, formatSignedPercent, plural } from '@/lib/format'

import styles from './home.module.css'

/** A run in one line: its result, its failure or how far it is. */
export function RunItem({ run }: { run: Run }) {
  return (
    <li>
      <Link to="/backtests/$runId" params={{ runId: run.id }} className={styles['item']}>
        <span className={styles['name']}>
          {run.strategy.name} <span className={styles['muted']}>v{run.strategy.version}</span>
        </span>
        <Outcome run={run} />
        {!isSettled(run) && (
          <div className={styles['progress']}>
            <Progress label="How far the backtest is" fraction={run.progress?.fraction ?? 0} />
          </div>
        )}
        <span className={styles['facts']}>
          <span>
            {run.spec.exchange}, {plural(run.spec.pairs.length, 'pair')}, {run.spec.timeframe}
          </span>
          {run.headline !== null && (
            <>
              <span>{plural(run.headline.total_trades ?? 0, 'trade')}</span>
              <span>drawdown {formatPercent(run.headline.max_drawdown)}</span>
            </>
          )}
          <span>{formatAgo(run.createdAt)}</span>
        </span>
      </Link>
    </li>
  )
}

function Outcome({ run }: { run: Run }) {
  if (run.state === 'failed') {
    return (
      <Badge tone="loss" icon={CircleX}>
        failed
      </Badge>
    )
  }
  if (run.state === 'cancelled') return <Badge icon={CircleSlash}>cancelled</Badge>
  if (run.headline !== null) {
    const profit = profitOf(run)
    return <Change value={profit} text={formatSignedPercent(profit)} hasArrow />
  }
  return <Badge tone="info">{run.state}</Badge>
}
