import { useInfiniteQuery } from '@tanstack/react-query'
import { SearchX, Store } from 'lucide-react'

import { Button } from '@/components/ui/button'
import { Empty } from '@/components/ui/empty'
import { SelectField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More } from '@/components/ui/table'
import { plural } from '@/lib/format'

import { searchQueries } from './api'
import { ListingCard } from './card'
import { Chosen, Facets } from './facets'
import { SearchBox } from './search-box'
import styles from './search.module.css'
import { chosenFilters, FILTERS, type Order, ORDERS, type SearchState } from './search-state'

const ORDER_WORDS: Record<Order, string> = {
  relevance: 'Best fit',
  rank: 'Proven since publication',
  newest: 'Newest',
  'most-used': 'Most used',
}

interface SearchViewProps {
  state: SearchState
  /** Writes a change into the address. */
  onChange: (change: SearchState) => void
}

/** Words, filters and order, and what they find. */
export function SearchView({ state, onChange }: SearchViewProps) {
  const found = useInfiniteQuery(searchQueries.find(state))
  const [first] = found.data?.pages ?? []
  return (
    <div role="search" className={styles['search']}>
      <div className={styles['bar']}>
        <SearchBox
          value={state.q ?? ''}
          onSearch={(q) => onChange({ q: q === '' ? undefined : q })}
        />
        <SelectField
          label="Order"
          isLabelHidden
          value={state.order ?? (state.q === undefined ? 'rank' : 'relevance')}
          onChange={(event) => onChange({ order: event.target.value as Order })}
        >
          {ORDERS.map((order) => (
            <option key={order} value={order}>
              {ORDER_WORDS[order]}
            </option>
          ))}
        </SelectField>
      </div>
      <div className={styles['columns']}>
        <Facets facets={first?.facets} state={state} onChange={onChange} />
        <div className={styles['hits']}>
          <Chosen state={state} onChange={onChange} />
          {found.isError && <Problem error={found.error} onRetry={() => void found.refetch()} />}
          {found.isPending && <Waiting />}
          {first !== undefined && (
            <>
              <p
                role="status"
                className={styles['total']}
                data-old={found.isPlaceholderData || undefined}
              >
                {plural(first.total, 'strategy', 'strategies')}
                {first.corrected !== null && ` for “${first.corrected}”`}
              </p>
              {first.total === 0 ? (
                <NoHit state={state} suggestions={first.suggestions} onChange={onChange} />
              ) : (
                <ul className={styles['cards']} data-old={found.isPlaceholderData || undefined}>
                  {found.data?.pages
                    .flatMap((page) => page.items)
                    .map((card) => (
                      <li key={card.id}>
                        <ListingCard card={card} />
                      </li>
                    ))}
                </ul>
              )}
            </>
          )}
          <More of={found} />
        </div>
      </div>
    </div>
  )
}

function Waiting() {
  return (
    <Loading label="Loading strategies">
      <div className={styles['cards']}>
        {[0, 1, 2, 3].map((index) => (
          <Skeleton key={index} height="19rem" />
        ))}
      </div>
    </Loading>
  )
}

interface NoHitProps extends SearchViewProps {
  suggestions: readonly string[]
}

function NoHit({ state, suggestions, onChange }: NoHitProps) {
  const isNarrowed = chosenFilters(state).length > 0
  if (state.q === undefined && !isNarrowed) {
    return (
      <Empty
        icon={Store}
        title="Nothing is published yet"
        text="Publish the first one: open one of your verified backtests and press “Publish”."
      />
    )
  }
  return (
    <Empty
      icon={SearchX}
      title="No strategy fits"
      text={
        suggestions.length > 0
          ? 'These words would find something:'
          : 'Try fewer words, or other ones.'
      }
    >
      {suggestions.map((words) => (
        <Button key={words} onClick={() => onChange({ q: words })}>
          {words}
        </Button>
      ))}
      {isNarrowed && (
        <Button
          onClick={() => onChange(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}
        >
          Without filters
        </Button>
      )}
    </Empty>
  )
}
