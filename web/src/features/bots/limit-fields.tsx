import { useFormContext, useWatch } from 'react-hook-form'

import { SelectField, TextField } from '@/components/ui/field'

import styles from './bots.module.css'
import { GuardFields } from './guard-fields'
import { type BotPlan, stakeCurrencyOf } from './plan'

/** Stake, paper money, and the limits that the platform holds. */
export function LimitFields() {
  const { register, formState } = useFormContext<BotPlan>()
  const { pairs = '', stake, mode } = useWatch<BotPlan>()
  const { errors } = formState
  const currency = stakeCurrencyOf(pairs)
  return (
    <div className={styles['stack']}>
      <div className={styles['fields']}>
        {mode === 'paper' && (
          <TextField
            label="Paper money"
            inputMode="decimal"
            suffix={currency}
            error={errors.wallet?.message}
            {...register('wallet')}
          />
        )}
        <SelectField label="Stake of one trade" {...register('stake')}>
          <option value="unlimited">Divide the money equally</option>
          <option value="fixed">A fixed amount</option>
        </SelectField>
        {stake === 'fixed' && (
          <TextField
            label="Amount"
            inputMode="decimal"
            suffix={currency}
            error={errors.stakeAmount?.message}
            {...register('stakeAmount')}
          />
        )}
        <TextField
          label="Open trades at most"
          inputMode="numeric"
          error={errors.maxOpenTrades?.message}
          {...register('maxOpenTrades', { valueAsNumber: true })}
        />
      </div>
      <GuardFields currency={currency} />
    </div>
  )
}
