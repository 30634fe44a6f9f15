import { useState } from 'react'

import { cn } from '@/lib/cn'

import styles from './parts.module.css'

export interface NumberInputProps {
  label: string
  value: number
  onChange: (value: number) => void
  /** Shown as a percentage: 0.05 reads 5. */
  isShare?: boolean
  /** A word behind the number. */
  unit?: string
  isWrong?: boolean
  isWide?: boolean
}

/** A number that is taken over as it is typed; what is no number goes back to the last one. */
export function NumberInput(props: NumberInputProps) {
  const { label, value, onChange, isShare = false, isWrong = false, isWide = false } = props
  const unit = props.unit ?? (isShare ? '%' : undefined)
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? textOf(value, isShare)
  return (
    <span className={styles['number']} data-unit={unit === undefined ? undefined : unit.length}>
      <input
        aria-label={label}
        aria-invalid={isWrong || undefined}
        inputMode="decimal"
        autoComplete="off"
        className={cn(styles['input'], isWide && styles['wide'])}
        value={shown}
        onChange={(event) => {
          setTyped(event.target.value)
          const number = numberOf(event.target.value, isShare)
          if (number !== null && number !== value) onChange(number)
        }}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          const by = { ArrowUp: 1, ArrowDown: -1 }[event.key]
          if (by === undefined || event.altKey) return
          event.preventDefault()
          setTyped(null)
          onChange(stepped(value, by * (event.shiftKey ? 10 : 1), isShare))
        }}
      />
      {unit !== undefined && (
        <span aria-hidden className={styles['unit']}>
          {unit}
        </span>
      )}
    </span>
  )
}

function textOf(value: number, isShare: boolean): string {
  return String(isShare ? exact(value * 100) : value)
}

function numberOf(text: string, isShare: boolean): number | null {
  const clean = text.trim().replace(',', '.')
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(clean)) return null
  return isShare ? exact(Number(clean) / 100) : Number(clean)
}

/** One unit of the last digit up or down: 2.5 → 2.6, 14 → 15. */
function stepped(value: number, by: number, isShare: boolean): number {
  const shown = isShare ? exact(value * 100) : value
  const decimals = (String(shown).split('.')[1] ?? '').length
  const next = exact(shown + by / 10 ** decimals)
  return isShare ? exact(next / 100) : next
}

function exact(value: number): number {
  return Number(value.toPrecision(12))
}
