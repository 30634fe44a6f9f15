import { useState } from 'react'

import { cn } from '@/lib/cn'

import { useIsWrong } from '../context'
import styles from './parts.module.css'

interface TextInputProps {
  path: string
  label: string
  value: string
  onCommit: (value: string) => void
  maxLength?: number
  isWide?: boolean
  isQuiet?: boolean
}

/** A text that counts once it is left, or confirmed with Enter; Escape takes it back. */
export function TextInput(props: TextInputProps) {
  const { path, label, value, onCommit, maxLength = 60, isWide = false, isQuiet = false } = props
  const [typed, setTyped] = useState<string | null>(null)
  const isWrong = useIsWrong(path)
  const commit = () => {
    if (typed !== null && typed.trim() !== value) onCommit(typed.trim())
    setTyped(null)
  }
  return (
    <input
      aria-label={label}
      aria-invalid={isWrong || undefined}
      autoComplete="off"
      spellCheck={false}
      maxLength={maxLength}
      className={cn(
        styles['input'],
        styles['text'],
        isWide && styles['wide'],
        isQuiet && styles['quiet'],
      )}
      value={typed ?? value}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit()
        if (event.key === 'Escape') setTyped(null)
      }}
    />
  )
}
