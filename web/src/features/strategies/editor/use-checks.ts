import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'

import { type Check, strategyQueries } from '../api'
import { Ruff } from './ruff'

const SERVER_PAUSE_MS = 700

/** The value as it was when it last stood still for `ms`. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** Ruff, alive as long as the component. */
export function useRuff(): Ruff {
  const [ruff] = useState(() => new Ruff())
  useEffect(() => () => ruff.stop(), [ruff])
  return ruff
}

/** The server's static checks of code as it stands; they lag a moment behind the typing. */
export function useServerCheck(code: string): Check | undefined {
  const settled = useSettled(code, SERVER_PAUSE_MS)
  return useQuery({ ...strategyQueries.check(settled), placeholderData: (before) => before }).data
}
