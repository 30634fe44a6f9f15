import { Hash, Variable } from 'lucide-react'

import { IconButton } from '@/components/ui/button'

import { useBuilder, useIsWrong, useSet } from '../context'
import { makeNumber, makeParameter, type Wish } from '../model/references'
import type { Num } from '../model/spec'
import { NumberInput } from './number-input'
import styles from './parts.module.css'

interface NumControlProps {
  path: string
  label: string
  value: Num
  isShare?: boolean
  unit?: string
  /** What a parameter in its place is called, and where it may go. */
  wish: Wish
}

/** A number, or a parameter in its place; either becomes the other with one press. */
export function NumControl({ path, label, value, isShare, unit, wish }: NumControlProps) {
  const { edit, spec, focusOn } = useBuilder()
  const isWrong = useIsWrong(path)
  const change = useSet(path)
  const way = path.startsWith('exits') ? ({ space: 'sell' } as const) : {}
  if (typeof value === 'number') {
    return (
      <span className={styles['num']}>
        <NumberInput
          label={label}
          value={value}
          onChange={change}
          isWrong={isWrong}
          {...(isShare === undefined ? {} : { isShare })}
          {...(unit === undefined ? {} : { unit })}
        />
        <IconButton
          label={`Make a parameter of ${label}`}
          className={styles['mini']}
          onClick={() => {
            edit((before) => makeParameter(before, path, { ...way, ...wish }))
            focusOn(`parameter:${path}`)
          }}
        >
          <Variable size={14} aria-hidden />
        </IconButton>
      </span>
    )
  }
  const numbers = spec.parameters.filter(({ kind }) => kind !== 'bool')
  return (
    <span className={styles['num']}>
      <select
        aria-label={label}
        aria-invalid={isWrong || undefined}
        data-focus={`parameter:${path}`}
        className={styles['select']}
        value={value.name}
        onChange={(event) => change({ kind: 'parameter', name: event.target.value })}
      >
        {!numbers.some(({ name }) => name === value.name) && (
          <option value={value.name}>{value.name} (missing)</option>
        )}
        {numbers.map((parameter) => (
          <option key={parameter.name} value={parameter.name}>
            {parameter.name} ({parameter.default})
          </option>
        ))}
      </select>
      <IconButton
        label={`Use a plain number for ${label}`}
        className={styles['mini']}
        onClick={() => edit((before) => makeNumber(before, path))}
      >
        <Hash size={14} aria-hidden />
      </IconButton>
    </span>
  )
}
