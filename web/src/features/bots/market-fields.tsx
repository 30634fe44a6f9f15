import { useFormContext, useWatch } from 'react-hook-form'

import { SelectField, SwitchField, TextAreaField, TextField } from '@/components/ui/field'

import styles from './bots.module.css'
import type { BotPlan } from './plan'
import type { Venue } from './schemas'
import { MODE_HINTS, MODE_WORDS, needsKey } from './words'

export interface StrategyChoice {
  id: string
  name: string
  latestVersion: number
}

export interface KeyChoice {
  id: string
  name: string
  venue: string
}

interface MarketFieldsProps {
  strategies: readonly StrategyChoice[]
  venues: readonly Venue[]
  keys: readonly KeyChoice[]
}

/** Name, strategy, exchange, mode, key and pairs. */
export function MarketFields({ strategies, venues, keys }: MarketFieldsProps) {
  const { register, formState, setValue } = useFormContext<BotPlan>()
  const { strategyId, venue, mode, version } = useWatch<BotPlan>()
  const { errors } = formState
  const chosen = venues.find((each) => each.id === venue)
  const latest = strategies.find((each) => each.id === strategyId)?.latestVersion ?? version ?? 1
  const versions = Array.from({ length: latest }, (_, index) => latest - index)
  return (
    <div className={styles['stack']}>
      <div className={styles['fields']}>
        <TextField label="Name" error={errors.name?.message} {...register('name')} />
        <SelectField
          label="Strategy"
          error={errors.strategyId?.message}
          {...register('strategyId', {
            onChange: (event: { target: { value: string } }) => {
              const next = strategies.find((each) => each.id === event.target.value)
              setValue('version', next?.latestVersion ?? 1)
            },
          })}
        >
          <option value="">Choose…</option>
          {strategies.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Version"
          hint="It needs a verified backtest."
          {...register('version', { valueAsNumber: true })}
        >
          {versions.map((number) => (
            <option key={number} value={number}>
              {number === latest ? `${number} (latest)` : number}
            </option>
          ))}
        </SelectField>
        <SelectField label="Exchange" error={errors.venue?.message} {...register('venue')}>
          {venues.map((each) => (
            <option key={each.id} value={each.id}>
              {each.title}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Mode"
          hint={mode === undefined ? undefined : MODE_HINTS[mode]}
          {...register('mode')}
        >
          {(chosen?.modes ?? []).map((each) => (
            <option key={each} value={each}>
              {MODE_WORDS[each]}
            </option>
          ))}
        </SelectField>
        {mode !== undefined && needsKey(mode) && (
          <SelectField
            label="Exchange key"
            error={errors.exchangeKeyId?.message}
            {...register('exchangeKeyId')}
          >
            <option value="">Choose…</option>
            {keys
              .filter((key) => key.venue === venue)
              .map((key) => (
                <option key={key.id} value={key.id}>
                  {key.name}
                </option>
              ))}
          </SelectField>
        )}
      </div>
      {mode !== undefined && needsKey(mode) && (
        <SwitchField label="Another bot may use the same key" {...register('sharesKey')} />
      )}
      <TextAreaField
        label="Pairs"
        rows={2}
        hint="Separated by commas, all quoted in the currency that is staked."
        error={errors.pairs?.message}
        {...register('pairs')}
      />
    </div>
  )
}
