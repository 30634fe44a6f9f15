import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Archive, ArchiveRestore, ArrowDown, ArrowUp, ScrollText } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { Problem } from '@/components/ui/problem'
import { ScrollArea } from '@/components/ui/scroll-area'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More, Table } from '@/components/ui/table'
import { formatAgo, formatDateTime, plural } from '@/lib/format'

import { changeStrategy, type Strategy, strategyQueries, type StrategyRun } from './api'
import { LastResult } from './last-result'
import { type ListOrder, type ListSearch, type SortKey, visibleStrategies } from './list-search'
import styles from './strategies.module.css'

interface StrategyListProps {
  search: ListSearch
  onSearch: (change: Partial<ListSearch>) => void
  onNew: () => void
}

/** The user's strategies as a table: name, latest version, last result, last change. */
export function StrategyList({ search, onSearch, onNew }: StrategyListProps) {
  const isArchived = search.archived ?? false
  const list = useInfiniteQuery(strategyQueries.list(isArchived))
  const runs = useQuery(strategyQueries.runs(null))
  if (list.isPending) return <Placeholder />
  if (list.data === undefined)
    return <Problem error={list.error} onRetry={() => void list.refetch()} />
  const all = list.data.pages.flatMap((page) => page.items)
  if (all.length === 0) return <NothingYet isArchived={isArchived} onNew={onNew} />
  const shown = visibleStrategies(all, search)
  return (
    <>
      {/* Some pages came, the next one did not: what is there stays. */}
      {list.isError && <Problem error={list.error} onRetry={() => void list.fetchNextPage()} />}
      {runs.isError && <Problem error={runs.error} onRetry={() => void runs.refetch()} />}
      {shown.length === 0 ? (
        <p role="status" className={styles['none']}>
          No strategy is named like “{search.q}”.
        </p>
      ) : (
        <StrategyTable items={shown} search={search} onSearch={onSearch} runs={runs.data} />
      )}
      <p className={styles['count']}>{plural(shown.length, 'strategy', 'strategies')}</p>
      <More of={list} />
    </>
  )
}

function Placeholder() {
  return (
    <Loading label="Loading strategies">
      <Skeleton height="20rem" />
    </Loading>
  )
}

function NothingYet({ isArchived, onNew }: { isArchived: boolean; onNew: () => void }) {
  if (isArchived) {
    return (
      <Empty
        icon={Archive}
        title="Nothing archived"
        text="Strategies that you archive are kept here."
      />
    )
  }
  return (
    <Empty
      icon={ScrollText}
      title="No strategies yet"
      text="Begin with a template that trades already, or bring a file of your own."
    >
      <Button look="primary" onClick={onNew}>
        New strategy
      </Button>
    </Empty>
  )
}

interface TableProps {
  items: readonly Strategy[]
  search: ListSearch
  onSearch: StrategyListProps['onSearch']
  runs: readonly StrategyRun[] | undefined
}

function StrategyTable({ items, search, onSearch, runs }: TableProps) {
  const order = { sort: search.sort ?? 'changed', desc: search.desc ?? true } as const
  return (
    <ScrollArea label="Strategies" className={styles['scroll']}>
      <Table caption="Strategies">
        <thead>
          <tr>
            <Heading of="name" text="Name" order={order} onSearch={onSearch} />
            <Heading of="version" text="Version" order={order} onSearch={onSearch} isNumber />
            <th scope="col">Last result</th>
            <Heading of="changed" text="Changed" order={order} onSearch={onSearch} />
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((strategy) => (
            <tr key={strategy.id}>
              <th scope="row">
                <Link to="/strategies/$strategyId" params={{ strategyId: strategy.id }}>
                  {strategy.name}
                </Link>
              </th>
              <td data-kind="number">
                {strategy.latestVersion === 0 ? <Badge>Draft</Badge> : strategy.latestVersion}
              </td>
              <td>
                <LastResult strategyId={strategy.id} newest={runs} />
              </td>
              <td>
                <time
                  dateTime={strategy.updatedAt}
                  title={`${formatDateTime(strategy.updatedAt)} UTC`}
                >
                  {formatAgo(strategy.updatedAt)}
                </time>
              </td>
              <td data-kind="number">
                <ArchiveButton strategy={strategy} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </ScrollArea>
  )
}

interface HeadingProps {
  of: SortKey
  text: string
  order: ListOrder
  onSearch: StrategyListProps['onSearch']
  isNumber?: boolean
}

function Heading({ of, text, order, onSearch, isNumber = false }: HeadingProps) {
  const isSorted = order.sort === of
  const Icon = order.desc ? ArrowDown : ArrowUp
  const press = () => onSearch({ sort: of, desc: isSorted ? !order.desc : of !== 'name' })
  return (
    <th
      scope="col"
      data-kind={isNumber ? 'number' : undefined}
      aria-sort={isSorted ? (order.desc ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" className={styles['sort']} onClick={press}>
        {text}
        {isSorted && <Icon size={12} aria-hidden />}
      </button>
    </th>
  )
}

function ArchiveButton({ strategy }: { strategy: Strategy }) {
  const client = useQueryClient()
  const isArchived = strategy.archivedAt !== null
  const change = useMutation({
    mutationFn: () => changeStrategy(strategy.id, { isArchived: !isArchived }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['strategies'] }),
  })
  const Icon = isArchived ? ArchiveRestore : Archive
  return (
    <>
      {change.isError && <Problem error={change.error} />}
      <IconButton
        label={`${isArchived ? 'Restore' : 'Archive'} ${strategy.name}`}
        onClick={() => change.mutate()}
      >
        <Icon size={16} aria-hidden />
      </IconButton>
    </>
  )
}
