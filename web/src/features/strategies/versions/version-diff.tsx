import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Segmented } from '@/components/ui/segmented'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import { strategyQueries } from '../api'
import { showDiff } from '../editor/diff-view'
import styles from './versions.module.css'

type View = 'split' | 'inline'

interface VersionDiffProps {
  strategyId: string
  from: number
  to: number
  view: View
  onView: (view: View) => void
}

const VIEWS = [
  ['split', 'Side by side'],
  ['inline', 'Inline'],
] as const

/** What changed between two versions. */
export function VersionDiff({ strategyId, from, to, view, onView }: VersionDiffProps) {
  const older = useQuery(strategyQueries.version(strategyId, from))
  const newer = useQuery(strategyQueries.version(strategyId, to))
  const failed = [older, newer].find((query) => query.isError)
  const before = older.data?.code
  const after = newer.data?.code
  return (
    <Panel
      title={`Version ${from} → version ${to}`}
      actions={<Segmented label="View" options={VIEWS} value={view} onChange={onView} />}
    >
      {failed !== undefined && (
        <Problem error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {failed === undefined && (before == null || after == null) && (
        <Loading label="Loading both versions">
          <Skeleton height="24rem" />
        </Loading>
      )}
      {before != null && after != null && <Difference before={before} after={after} view={view} />}
    </Panel>
  )
}

export function Difference({ before, after, view }: { before: string; after: string; view: View }) {
  const host = useRef<HTMLDivElement>(null)
  const isSame = before === after
  useEffect(() => {
    if (isSame || host.current === null) return undefined
    return showDiff(host.current, { older: before, newer: after, isInline: view === 'inline' })
  }, [before, after, view, isSame])
  if (isSame) return <p>The code of the two is the same.</p>
  return <div ref={host} className={styles['diff']} />
}
