import { useFormContext } from 'react-hook-form'

import { SwitchField, TextField } from '@/components/ui/field'

import styles from './bots.module.css'
import type { LimitsPlan } from './plan'

/** The limits that the platform holds; empty: none. */
export function GuardFields({ currency }: { currency: string }) {
  const { register, formState } = useFormContext<LimitsPlan>()
  const { errors } = formState
  return (
    <>
      <div className={styles['fields']}>
        <TextField
          label="Loss in a day at most"
          inputMode="decimal"
          suffix={currency}
          placeholder="no limit"
          error={errors.maxDailyLoss?.message}
          {...register('maxDailyLoss')}
        />
        <TextField
          label="Drawdown at most"
          inputMode="decimal"
          suffix="%"
          placeholder="no limit"
          error={errors.maxDrawdownPercent?.message}
          {...register('maxDrawdownPercent')}
        />
        <TextField
          label="Bound at most"
          inputMode="decimal"
          suffix={currency}
          placeholder="no limit"
          hint="By all open trades together."
          error={errors.maxOpenStake?.message}
          {...register('maxOpenStake')}
        />
      </div>
      <SwitchField
        label="Also sell everything when loss or drawdown reach their limit"
        {...register('closeAll')}
      />
    </>
  )
}
