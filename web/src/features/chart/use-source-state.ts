import { useEffect, useState } from 'react'

import type { PairSource } from './source'

/** Whether a pair has nothing to show yet, and why it may never have. */
export function useSourceState(source: PairSource): { isEmpty: boolean; error: unknown } {
  const [, draw] = useState(0)
  useEffect(() => source.subscribe(() => draw((count) => count + 1)), [source])
  return { isEmpty: !source.hasAny, error: source.error }
}
