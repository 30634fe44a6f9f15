import { useEffect, useMemo } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'

import { SelectField } from '@/components/ui/field'

import type { Coverage, Exchange } from './api'
import styles from './new-backtest.module.css'
import { PairPicker } from './pair-picker'
import { type Plan, timeframeMinutes } from './plan'

interface MarketFieldsProps {
  exchanges: readonly Exchange[]
  /** All files of the chosen exchange. */
  files: readonly Coverage[]
  /** The timeframe that the strategy is written for, when its code says so. */
  ownTimeframe: string | null
}

/** Exchange, trading mode, timeframe and pairs. */
export function MarketFields({ exchanges, files, ownTimeframe }: MarketFieldsProps) {
  const { register, formState, setValue, clearErrors } = useFormContext<Plan>()
  const plan = useWatch<Plan>()
  const modes = useMemo(() => modesOf(files), [files])
  const offered = filesOf(files, plan)
  const mode = plan.tradingMode ?? 'spot'
  useEffect(() => {
    // Some exchanges have futures alone.
    const [first] = modes
    if (first !== undefined && !modes.includes(mode)) setValue('tradingMode', first)
  }, [modes, mode, setValue])
  const timeframes = useMemo(() => timeframesOf(files, mode), [files, mode])
  useEffect(() => {
    // Another exchange or market may not have the timeframe that was chosen for the last one.
    const best = timeframes.includes(ownTimeframe ?? '') ? ownTimeframe : timeframes[0]
    if (!timeframes.includes(plan.timeframe ?? '') && best) setValue('timeframe', best)
  }, [timeframes, plan.timeframe, ownTimeframe, setValue])
  const finer = timeframes.filter(
    (each) => timeframeMinutes(each) < timeframeMinutes(plan.timeframe ?? ''),
  )
  return (
    <>
      <div className={styles['fields']}>
        <SelectField
          label="Exchange"
          {...register('exchange', { onChange: () => setValue('pairs', []) })}
        >
          {exchanges.map((exchange) => (
            <option key={exchange.name} value={exchange.name}>
              {exchange.title}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Market"
          {...register('tradingMode', { onChange: () => setValue('pairs', []) })}
        >
          {modes.map((mode) => (
            <option key={mode} value={mode}>
              {mode === 'spot' ? 'Spot' : 'Futures'}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Timeframe"
          hint={ownTimeframe === null ? undefined : `The strategy is written for ${ownTimeframe}.`}
          error={formState.errors.timeframe?.message}
          {...register('timeframe')}
        >
          {timeframes.map((timeframe) => (
            <option key={timeframe}>{timeframe}</option>
          ))}
        </SelectField>
        <SelectField
          label="Detail inside a candle"
          hint="Finer candles decide what was reached first."
          {...register('timeframeDetail')}
        >
          <option value="">None</option>
          {finer.map((timeframe) => (
            <option key={timeframe}>{timeframe}</option>
          ))}
        </SelectField>
      </div>
      <PairPicker
        files={offered}
        chosen={plan.pairs ?? []}
        error={formState.errors.pairs?.message}
        onChange={(pairs) => {
          setValue('pairs', pairs, { shouldDirty: true })
          clearErrors('pairs')
        }}
      />
    </>
  )
}

/** The files that a plan's exchange, market and timeframe have. */
export function filesOf(
  files: readonly Coverage[],
  plan: { timeframe?: string; tradingMode?: string },
): Coverage[] {
  return files.filter(
    (file) => file.timeframe === plan.timeframe && file.candleType === plan.tradingMode,
  )
}

/** The markets that there are candles of. */
function modesOf(files: readonly Coverage[]): Plan['tradingMode'][] {
  return (['spot', 'futures'] as const).filter((mode) =>
    files.some((file) => file.candleType === mode),
  )
}

function timeframesOf(files: readonly Coverage[], mode: string): string[] {
  const found = files.filter((file) => file.candleType === mode).map((file) => file.timeframe)
  return [...new Set(found)].sort((a, b) => timeframeMinutes(a) - timeframeMinutes(b))
}
