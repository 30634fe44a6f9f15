import { useFormContext, useWatch } from 'react-hook-form'

import { SelectField } from '@/components/ui/field'

import styles from './new-backtest.module.css'
import type { Plan } from './plan'

/** What a user may choose to run; the route gets it from the strategies. */
export interface StrategyChoice {
  id: string
  name: string
  latestVersion: number
}

export interface ParameterSetChoice {
  id: string
  name: string
  parameters: Record<string, Record<string, unknown>>
}

interface StrategyFieldsProps {
  strategies: readonly StrategyChoice[]
  parameterSets: readonly ParameterSetChoice[]
}

/** Strategy, version and parameters. */
export function StrategyFields({ strategies, parameterSets }: StrategyFieldsProps) {
  const { register, formState, setValue } = useFormContext<Plan>()
  const [strategyId, version] = useWatch<Plan, ['strategyId', 'version']>({
    name: ['strategyId', 'version'],
  })
  const known = strategies.find((each) => each.id === strategyId)?.latestVersion ?? 0
  // A version that was saved a moment ago may be newer than the list of strategies.
  const latest = Math.max(known, version)
  const versions = Array.from({ length: latest }, (_, index) => latest - index)
  return (
    <div className={styles['fields']}>
      <SelectField
        label="Strategy"
        error={formState.errors.strategyId?.message}
        {...register('strategyId', {
          onChange: (event: { target: { value: string } }) => {
            const chosen = strategies.find((each) => each.id === event.target.value)
            setValue('version', chosen?.latestVersion ?? 1)
            setValue('parameterSet', '')
          },
        })}
      >
        <option value="">Choose…</option>
        {strategies.map((strategy) => (
          <option key={strategy.id} value={strategy.id}>
            {strategy.name}
          </option>
        ))}
      </SelectField>
      <SelectField label="Version" {...register('version', { valueAsNumber: true })}>
        {versions.map((number) => (
          <option key={number} value={number}>
            {number === latest ? `${number} (latest)` : number}
          </option>
        ))}
      </SelectField>
      <SelectField label="Parameters" {...register('parameterSet')}>
        <option value="">As in the version</option>
        {parameterSets.map((set) => (
          <option key={set.id} value={set.id}>
            {set.name}
          </option>
        ))}
      </SelectField>
    </div>
  )
}
