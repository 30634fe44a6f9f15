import { useEffect, useState } from 'react'

import { TextField } from '@/components/ui/field'

const PAUSE_MS = 250

interface SearchBoxProps {
  /** What the address says. */
  value: string
  onSearch: (words: string) => void
}

/** Searches a moment after the last key. */
export function SearchBox({ value, onSearch }: SearchBoxProps) {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  const [sent, setSent] = useState(value)
  if (value !== known) {
    setKnown(value)
    // The address changed by something else than typing: a suggestion, or the way back.
    if (value !== sent) {
      setSent(value)
      setTyped(value)
    }
  }
  const words = typed.trim()
  useEffect(() => {
    if (words === sent) return undefined
    const timer = setTimeout(() => {
      setSent(words)
      onSearch(words)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [words, sent, onSearch])
  return (
    <TextField
      label="Search the marketplace"
      isLabelHidden
      type="search"
      placeholder="Search by words: trend filter, RSI, BTC, an author…"
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.target.value)}
    />
  )
}
