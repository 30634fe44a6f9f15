import { useQuery } from '@tanstack/react-query'

import { Problem } from '@/components/ui/problem'
import { Progress } from '@/components/ui/progress'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { accountQueries } from './api'
import styles from './settings.module.css'

const NAMES = [
  ['activeRuns', 'Backtests at the same time'],
  ['runsToday', 'Backtests today'],
  ['apiTokens', 'API tokens'],
] as const

/** How much of each quota is used. */
export function QuotaMeters() {
  const quotas = useQuery(accountQueries.quotas())
  if (quotas.isPending) {
    return (
      <Loading label="Loading your quotas">
        <Skeleton height="7.5rem" />
      </Loading>
    )
  }
  if (quotas.isError) return <Problem error={quotas.error} onRetry={() => void quotas.refetch()} />
  return (
    <div className={styles['stack']}>
      {NAMES.map(([key, name]) => {
        const { used, limit } = quotas.data[key]
        return (
          <div key={key} className={styles['meter']}>
            <div className={styles['meterHead']}>
              <span>{name}</span>
              <span>
                {used} of {limit}
              </span>
            </div>
            <Progress label={name} fraction={limit === 0 ? 0 : used / limit} />
          </div>
        )
      })}
    </div>
  )
}
