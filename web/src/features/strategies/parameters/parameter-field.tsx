import { RotateCcw } from 'lucide-react'
import { useId } from 'react'

import { IconButton } from '@/components/ui/button'
import { SelectField, SwitchField, TextField } from '@/components/ui/field'

import type { Parameter, Scalar } from '../api'
import styles from './parameters.module.css'
import { stepOf } from './values'

interface ParameterFieldProps {
  item: Parameter
  value: Scalar | undefined
  error: string | undefined
  onChange: (value: Scalar) => void
}

/** One parameter: a slider with its number, a dropdown, or a switch. */
export function ParameterField({ item, value, error, onChange }: ParameterFieldProps) {
  const isChanged = value !== item.default
  return (
    <div className={styles['parameter']}>
      <Control item={item} value={value} error={error} onChange={onChange} />
      <div className={styles['facts']}>
        <span>{factsOf(item)}</span>
        {isChanged && (
          <IconButton label={`Reset ${item.name}`} onClick={() => onChange(item.default)}>
            <RotateCcw size={14} aria-hidden />
          </IconButton>
        )}
      </div>
    </div>
  )
}

function factsOf(item: Parameter): string {
  const range =
    item.low === null ||
    item.high === null ||
    item.kind === 'boolean' ||
    item.kind === 'categorical'
      ? ''
      : `${item.low} to ${item.high} · `
  const fixed = item.load ? '' : ' · fixed in the code'
  return `${range}default ${item.default === null ? 'not readable' : String(item.default)}${fixed}`
}

function Control({ item, value, error, onChange }: ParameterFieldProps) {
  const disabled = !item.load || item.space === null
  if (item.kind === 'boolean') {
    return (
      <SwitchField
        label={item.name}
        checked={value === true}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
    )
  }
  if (item.kind === 'categorical') {
    const chosen = item.options.findIndex((option) => option === value)
    return (
      <SelectField
        label={item.name}
        value={chosen}
        disabled={disabled || item.options.length === 0}
        onChange={(event) => onChange(item.options[Number(event.target.value)] ?? null)}
      >
        {chosen === -1 && <option value={-1}>as the code sets it</option>}
        {item.options.map((option, index) => (
          <option key={String(option)} value={index}>
            {String(option)}
          </option>
        ))}
      </SelectField>
    )
  }
  return (
    <NumberControl
      item={item}
      value={value}
      error={error}
      onChange={onChange}
      disabled={disabled}
    />
  )
}

function NumberControl({
  item,
  value,
  error,
  onChange,
  disabled,
}: ParameterFieldProps & { disabled: boolean }) {
  const id = useId()
  const step = stepOf(item)
  const hasRange = item.low !== null && item.high !== null
  const shown = typeof value === 'number' && Number.isFinite(value) ? value : ''
  return (
    <div className={styles['number']}>
      <TextField
        label={item.name}
        type="number"
        step={item.kind === 'real' ? 'any' : step}
        {...(item.low === null ? {} : { min: item.low })}
        {...(item.high === null ? {} : { max: item.high })}
        value={shown}
        disabled={disabled}
        error={error}
        onChange={(event) =>
          onChange(event.target.value === '' ? Number.NaN : event.target.valueAsNumber)
        }
      />
      {hasRange && (
        <input
          id={id}
          type="range"
          className={styles['slider']}
          aria-label={`${item.name}, slider`}
          min={item.low ?? 0}
          max={item.high ?? 1}
          step={step}
          value={shown === '' ? (item.low ?? 0) : shown}
          disabled={disabled}
          onChange={(event) => onChange(tidy(event.target.valueAsNumber, item))}
        />
      )}
    </div>
  )
}

/** A slider's steps add up to 0.30000000000000004; Freqtrade rounds, and so do we. */
function tidy(value: number, { kind, decimals }: Parameter): number {
  return kind === 'decimal' ? Number(value.toFixed(decimals ?? 3)) : Number(value.toPrecision(12))
}
