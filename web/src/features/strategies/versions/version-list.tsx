import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleAlert, GitCompare, History, Play } from 'lucide-react'
import { lazy, Suspense } from 'react'

import { Badge } from '@/components/ui/badge'
import { ButtonLink } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More, Table } from '@/components/ui/table'
import { formatDateTime, plural } from '@/lib/format'

import { type Strategy, strategyQueries, type StrategyRun, type Version } from '../api'
import { RunOutcome } from '../last-result'
import { RestoreButton } from './restore-button'
import styles from './versions.module.css'
import type { VersionsSearch } from './versions-search'

// CodeMirror comes with it, which the list does not wait for.
const VersionDiff = lazy(async () => ({ default: (await import('./version-diff')).VersionDiff }))

interface VersionListProps {
  strategy: Strategy
  search: VersionsSearch
  onSearch: (change: Partial<VersionsSearch>) => void
}

/** A strategy's versions, the newest first, with the runs of each, and the difference of any two. */
export function VersionList({ strategy, search, onSearch }: VersionListProps) {
  const found = useInfiniteQuery(strategyQueries.versions(strategy.id))
  const runs = useQuery(strategyQueries.runs(strategy.id))
  if (found.isPending) {
    return (
      <Loading label="Loading versions">
        <Skeleton height="20rem" />
      </Loading>
    )
  }
  if (found.data === undefined) {
    return <Problem error={found.error} onRetry={() => void found.refetch()} />
  }
  const versions = found.data.pages.flatMap((page) => page.items)
  if (versions.length === 0) return <NoVersions strategyId={strategy.id} />
  const to = search.to ?? versions[0]?.number ?? 1
  const from = search.from ?? Math.max(1, to - 1)
  return (
    <>
      {found.isError && <Problem error={found.error} onRetry={() => void found.fetchNextPage()} />}
      {runs.isError && <Problem error={runs.error} onRetry={() => void runs.refetch()} />}
      <Panel title="Versions" note="Saved versions never change. Pick two to compare them." isFlush>
        <Table caption="Versions">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Version</th>
              <th scope="col">Note</th>
              <th scope="col">Saved</th>
              <th scope="col">Runs</th>
              <th scope="col">
                <span className="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <VersionRow
                key={version.number}
                strategy={strategy}
                version={version}
                runs={runs.data?.filter((run) => run.strategy.version === version.number)}
                chosen={{ from, to }}
                onSearch={onSearch}
              />
            ))}
          </tbody>
        </Table>
      </Panel>
      <More of={found}>Show older versions</More>
      {from === to ? (
        <p className={styles['muted']}>
          <GitCompare size={14} aria-hidden /> Pick two different versions to see what changed.
        </p>
      ) : (
        <Suspense fallback={<Skeleton height="24rem" />}>
          <VersionDiff
            strategyId={strategy.id}
            from={from}
            to={to}
            view={search.view ?? 'split'}
            onView={(view) => onSearch({ view })}
          />
        </Suspense>
      )}
    </>
  )
}

function NoVersions({ strategyId }: { strategyId: string }) {
  return (
    <Empty
      icon={History}
      title="No version yet"
      text="Save the code in the editor; each saving is kept here."
    >
      <ButtonLink to="/strategies/$strategyId" params={{ strategyId }}>
        Open the editor
      </ButtonLink>
    </Empty>
  )
}

interface VersionRowProps {
  strategy: Strategy
  version: Version
  runs: readonly StrategyRun[] | undefined
  chosen: { from: number; to: number }
  onSearch: VersionListProps['onSearch']
}

function VersionRow({ strategy, version, runs, chosen, onSearch }: VersionRowProps) {
  const { number, check } = version
  const errors = check.findings.filter((item) => item.severity === 'error').length
  return (
    <tr>
      {(['from', 'to'] as const).map((side) => (
        <td key={side}>
          <input
            type="radio"
            name={side}
            aria-label={`Compare ${side} version ${number}`}
            checked={chosen[side] === number}
            onChange={() => onSearch({ [side]: number })}
          />
        </td>
      ))}
      <th scope="row">
        {number}{' '}
        {errors > 0 && (
          <Badge tone="loss" icon={CircleAlert}>
            {plural(errors, 'error')}
          </Badge>
        )}
      </th>
      <td className={styles['noteCell']}>{version.note}</td>
      <td>
        <time dateTime={version.createdAt}>{formatDateTime(version.createdAt)}</time>
      </td>
      <td>
        <Runs runs={runs} />
      </td>
      <td data-kind="number" className={styles['actions']}>
        {number !== strategy.latestVersion && <RestoreButton strategy={strategy} number={number} />}
        <ButtonLink
          to="/backtests/new"
          search={{ strategyId: strategy.id, version: number }}
          aria-label={`Run version ${number}`}
        >
          <Play size={14} aria-hidden /> Run
        </ButtonLink>
      </td>
    </tr>
  )
}

const SHOWN_RUNS = 3

function Runs({ runs }: { runs: readonly StrategyRun[] | undefined }) {
  if (runs === undefined) return null
  if (runs.length === 0) return <span className={styles['muted']}>None</span>
  return (
    <ul className={styles['runs']}>
      {runs.slice(0, SHOWN_RUNS).map((run) => (
        <li key={run.id}>
          <Link to="/backtests/$runId" params={{ runId: run.id }}>
            <RunOutcome run={run} />
          </Link>{' '}
          <span className={styles['muted']}>
            {run.spec.exchange}, {plural(run.spec.pairs.length, 'pair')}
          </span>
        </li>
      ))}
      {runs.length > SHOWN_RUNS && <li>and {runs.length - SHOWN_RUNS} more</li>}
    </ul>
  )
}
