import { useFormContext, useWatch } from 'react-hook-form'

import { SelectField, SwitchField, TextField } from '@/components/ui/field'

import styles from './new-backtest.module.css'
import { type Plan, stakeCurrency } from './plan'

/** Money, risk and fees, and which engine looks at the candles. */
export function MoneyFields() {
  const { register, formState } = useFormContext<Plan>()
  const [pairs, stake] = useWatch<Plan, ['pairs', 'stake']>({ name: ['pairs', 'stake'] })
  const { errors } = formState
  const currency = stakeCurrency(pairs[0] ?? '')
  return (
    <div className={styles['fields']}>
      <TextField
        label="Money to start with"
        inputMode="decimal"
        suffix={currency}
        error={errors.wallet?.message}
        {...register('wallet')}
      />
      <TextField
        label="Open trades at most"
        inputMode="numeric"
        error={errors.maxOpenTrades?.message}
        {...register('maxOpenTrades', { valueAsNumber: true })}
      />
      <div className={styles['stakes']}>
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
      </div>
      <TextField
        label="Fee per order"
        inputMode="decimal"
        suffix="%"
        placeholder="the exchange’s own"
        hint="Add to it what slippage you expect."
        error={errors.feePercent?.message}
        {...register('feePercent')}
      />
      <SelectField label="Engine" hint="The trades are the same." {...register('loop')}>
        <option value="skipping">Skip candles where nothing can happen</option>
        <option value="stock">Freqtrade’s own loop, every candle</option>
      </SelectField>
      <SwitchField label="Apply the strategy’s protections" {...register('enableProtections')} />
    </div>
  )
}
