import { useIsWrong } from '../context'
import styles from './parts.module.css'

interface ChoiceProps<T extends string> {
  label: string
  value: T
  options: readonly (readonly [value: T, text: string])[]
  onChange: (value: T) => void
  path?: string
}

/** A choice of a few words that reads as part of a sentence. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
  path,
}: ChoiceProps<T>) {
  const isWrong = useIsWrong(path ?? '\0')
  const isKnown = options.some(([option]) => option === value)
  return (
    <select
      aria-label={label}
      aria-invalid={isWrong || undefined}
      className={styles['select']}
      value={value}
      onChange={(event) => {
        const chosen = options.find(([option]) => option === event.target.value)
        if (chosen !== undefined) onChange(chosen[0])
      }}
    >
      {!isKnown && <option value={value}>{value === '' ? 'Choose…' : `${value} (missing)`}</option>}
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  )
}

/** The same for values that are their own words. */
export function wordsOf<T extends string>(values: readonly T[]): (readonly [T, T])[] {
  return values.map((value) => [value, value] as const)
}
