import { SlidersHorizontal, X } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/components/ui/button'

import type { FacetValues, SearchPage } from './api'
import styles from './search.module.css'
import { chosenFilters, type Filter, FILTERS, type SearchState } from './search-state'

const TITLES: Record<Filter, string> = {
  style: 'Style',
  market: 'Market',
  exchange: 'Exchange',
  timeframe: 'Candles',
  direction: 'Direction',
  leverage: 'Leverage',
  indicator: 'Indicator',
  tag: 'Tag',
  price: 'Price',
  access: 'Code',
  grade: 'Trust grade',
}

/** Values that would not be understood as they are. */
const WORDS: Partial<Record<Filter, Record<string, string>>> = {
  direction: { both: 'long and short', long: 'long only' },
  leverage: { leveraged: 'with leverage', none: 'without' },
}

function wordsOf(name: Filter, value: string): string {
  return WORDS[name]?.[value] ?? value.replaceAll('-', ' ')
}

const SHOWN = 6

interface FacetsProps {
  facets: SearchPage['facets'] | undefined
  state: SearchState
  onChange: (change: SearchState) => void
}

/** What the hits can be narrowed by, with how many would be left. */
export function Facets({ facets, state, onChange }: FacetsProps) {
  const [isOpen, setIsOpen] = useState(false)
  const chosen = chosenFilters(state).length
  const isEmpty = facets !== undefined && FILTERS.every((name) => facets[name].length === 0)
  if (isEmpty) return null
  return (
    <section aria-label="Filters" className={styles['facets']}>
      <Button
        className={styles['facetsToggle']}
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        <SlidersHorizontal size={16} aria-hidden />
        Filters{chosen > 0 && ` (${chosen})`}
      </Button>
      <div className={styles['facetList']} data-open={isOpen || undefined}>
        {FILTERS.map((name) => {
          const values = facets?.[name] ?? []
          return values.length === 0 ? null : (
            <Group
              key={name}
              name={name}
              values={values}
              chosen={state[name]}
              onChoose={(value) => onChange({ [name]: value })}
            />
          )
        })}
      </div>
    </section>
  )
}

interface GroupProps {
  name: Filter
  values: FacetValues
  chosen: string | undefined
  onChoose: (value: string | undefined) => void
}

function Group({ name, values, chosen, onChoose }: GroupProps) {
  const [showsAll, setShowsAll] = useState(false)
  const shown = showsAll ? values : values.slice(0, SHOWN)
  return (
    <fieldset className={styles['facet']}>
      <legend>{TITLES[name]}</legend>
      {shown.map(({ value, count }) => (
        <button
          key={value}
          type="button"
          className={styles['facetValue']}
          aria-pressed={value === chosen}
          onClick={() => onChoose(value === chosen ? undefined : value)}
        >
          <span>{wordsOf(name, value)}</span>
          <span className={styles['count']}>
            {count}
            <span className="visually-hidden"> hits</span>
          </span>
        </button>
      ))}
      {values.length > SHOWN && !showsAll && (
        <Button look="quiet" onClick={() => setShowsAll(true)}>
          {values.length - SHOWN} more
        </Button>
      )}
    </fieldset>
  )
}

/** What is narrowed by at the moment; each is taken away by a press. */
export function Chosen({ state, onChange }: Omit<FacetsProps, 'facets'>) {
  const chosen = chosenFilters(state)
  if (chosen.length === 0) return null
  return (
    <ul className={styles['chosen']} aria-label="Chosen filters">
      {chosen.map(([name, value]) => (
        <li key={name}>
          <Button
            aria-label={`Without ${TITLES[name]} ${wordsOf(name, value)}`}
            onClick={() => onChange({ [name]: undefined })}
          >
            {TITLES[name]}: {wordsOf(name, value)}
            <X size={14} aria-hidden />
          </Button>
        </li>
      ))}
    </ul>
  )
}
