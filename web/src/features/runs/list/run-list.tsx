import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FlaskConical } from 'lucide-react'
import { useState } from 'react'

import { ButtonLink } from '@/components/ui/button'
import { Change } from '@/components/ui/change'
import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Progress } from '@/components/ui/progress'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More, Table } from '@/components/ui/table'
import { formatAgo, formatNumber, formatPercent, formatSignedPercent, plural } from '@/lib/format'

import { isSettled, type RunFilter, runQueries } from '../api'
import { fractionOf } from '../phases'
import { profitOf, type Run } from '../schemas'
import { StateBadge } from '../state-badge'
import styles from './run-list.module.css'

const MOST_COMPARED = 6
const REFRESH_MS = 5_000

/** The user's runs, the newest first; up to six can be chosen to be compared. */
export function RunList({ filter }: { filter: RunFilter }) {
  const query = useInfiniteQuery({
    ...runQueries.list(filter),
    // Runs under way move on; a list of settled ones stays as it is.
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((run) => !isSettled(run))) === true
        ? REFRESH_MS
        : false,
  })
  const [chosen, setChosen] = useState<readonly string[]>([])
  if (query.data === undefined) {
    return query.error === null ? (
      <Loading label="Backtests are loading">
        <Skeleton height="30rem" />
      </Loading>
    ) : (
      <Problem error={query.error} onRetry={() => void query.refetch()} />
    )
  }
  const runs = query.data.pages.flatMap((page) => page.items)
  if (runs.length === 0) return <NoRuns isFiltered={Object.values(filter).some(Boolean)} />
  const toggle = (id: string) =>
    setChosen((ids) => (ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id]))
  return (
    <Panel
      title={query.hasNextPage ? `The newest ${runs.length}` : plural(runs.length, 'backtest')}
      note={chosen.length === 0 ? 'Choose up to six to compare them' : `${chosen.length} chosen`}
      actions={
        chosen.length > 1 && (
          <ButtonLink to="/compare" search={{ runs: chosen.join(',') }} look="primary">
            Compare {chosen.length}
          </ButtonLink>
        )
      }
      isFlush
    >
      <RunTable runs={runs} chosen={chosen} onToggle={toggle} />
      {query.error !== null && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      <More of={query} className={styles['more']}>
        Show older ones
      </More>
    </Panel>
  )
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Empty icon={FlaskConical} title="No backtest fits" text="Change or clear the filters above.">
      <ButtonLink to="/backtests" search={{}}>
        Clear filters
      </ButtonLink>
    </Empty>
  ) : (
    <Empty
      icon={FlaskConical}
      title="No backtests yet"
      text="Choose a strategy, a market and a time range; the first result takes about a minute."
    >
      <ButtonLink to="/backtests/new" look="primary">
        New backtest
      </ButtonLink>
    </Empty>
  )
}

interface RunTableProps {
  runs: readonly Run[]
  chosen: readonly string[]
  onToggle: (id: string) => void
}

const NUMBERS = ['Profit', 'Drawdown', 'Trades', 'Win rate', 'Profit factor']

function RunTable({ runs, chosen, onToggle }: RunTableProps) {
  return (
    <Table caption="Backtests, the newest first">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Compare</span>
          </th>
          <th scope="col">Strategy</th>
          <th scope="col">Market</th>
          <th scope="col">State</th>
          {NUMBERS.map((name) => (
            <th key={name} scope="col" data-kind="number">
              {name}
            </th>
          ))}
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} chosen={chosen} onToggle={onToggle} />
        ))}
      </tbody>
    </Table>
  )
}

function RunRow({ run, chosen, onToggle }: { run: Run } & Omit<RunTableProps, 'runs'>) {
  const { headline, spec, strategy } = run
  const isChosen = chosen.includes(run.id)
  const title = `${strategy.name} v${strategy.version}`
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare ${title}, started ${formatAgo(run.createdAt)}`}
          checked={isChosen}
          disabled={run.state !== 'succeeded' || (!isChosen && chosen.length >= MOST_COMPARED)}
          onChange={() => onToggle(run.id)}
        />
      </td>
      <th scope="row">
        <Link to="/backtests/$runId" params={{ runId: run.id }}>
          {title}
        </Link>
        {run.notes !== '' && <p className={styles['notes']}>{run.notes}</p>}
      </th>
      <td>
        {plural(spec.pairs.length, 'pair')}, {spec.timeframe}
        <p className={styles['notes']}>
          {spec.exchange}, {spec.start.slice(0, 10)} to {spec.end.slice(0, 10)}
        </p>
      </td>
      <td>
        <StateBadge state={run.state} />
        {!isSettled(run) && (
          <div className={styles['progress']}>
            <Progress label={`Progress of ${title}`} fraction={fractionOf(run)} />
          </div>
        )}
      </td>
      <td data-kind="number">
        <Change value={profitOf(run)} text={formatSignedPercent(profitOf(run))} />
      </td>
      <td data-kind="number">{formatPercent(headline?.max_drawdown)}</td>
      <td data-kind="number">{formatNumber(headline?.total_trades, 0)}</td>
      <td data-kind="number">{formatPercent(headline?.winrate, 1)}</td>
      <td data-kind="number">{formatNumber(headline?.profit_factor)}</td>
      <td>
        <time dateTime={run.createdAt}>{formatAgo(run.createdAt)}</time>
      </td>
    </tr>
  )
}
