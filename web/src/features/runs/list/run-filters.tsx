import { SelectField } from '@/components/ui/field'

import { RUN_STATES } from '../words'
import type { RunFilter } from '../api'
import styles from './run-filters.module.css'

interface RunFiltersProps {
  filter: RunFilter
  strategies: readonly { id: string; name: string }[]
  exchanges: readonly { name: string; title: string }[]
  onChange: (filter: RunFilter) => void
}

/** Which runs are listed. */
export function RunFilters({ filter, strategies, exchanges, onChange }: RunFiltersProps) {
  const set = (change: Partial<RunFilter>) => onChange({ ...filter, ...change })
  return (
    <div className={styles['bar']} role="group" aria-label="Filters">
      <SelectField
        label="State"
        value={filter.state ?? ''}
        onChange={(event) => set({ state: RUN_STATES.find((each) => each === event.target.value) })}
      >
        <option value="">All</option>
        {RUN_STATES.map((state) => (
          <option key={state} value={state}>
            {state}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Strategy"
        value={filter.strategyId ?? ''}
        onChange={(event) => set({ strategyId: event.target.value || undefined })}
      >
        <option value="">All</option>
        {strategies.map((strategy) => (
          <option key={strategy.id} value={strategy.id}>
            {strategy.name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Exchange"
        value={filter.exchange ?? ''}
        onChange={(event) => set({ exchange: event.target.value || undefined })}
      >
        <option value="">All</option>
        {exchanges.map((exchange) => (
          <option key={exchange.name} value={exchange.name}>
            {exchange.title}
          </option>
        ))}
      </SelectField>
    </div>
  )
}
