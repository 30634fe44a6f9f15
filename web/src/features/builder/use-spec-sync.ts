import { useEffect, useState, useSyncExternalStore } from 'react'

import { specServer } from './model/api'
import { SpecSync } from './model/spec-sync'
import { unfinishedOf } from './model/unfinished'

/** Blocks that follow the code and write it. */
export function useSpecSync(strategyId: string, code: string, onCode: (code: string) => void) {
  const [sync] = useState(() => {
    const kept = unfinishedOf(strategyId)
    return new SpecSync({
      server: specServer,
      onCode: (changed) => latest.onCode(changed),
      onUnfinished: kept.keep,
      unfinished: kept.read(),
    })
  })
  const [latest] = useState({ onCode })
  latest.onCode = onCode
  useEffect(() => sync.takeCode(code), [sync, code])
  useEffect(() => () => sync.end(), [sync])
  const state = useSyncExternalStore(sync.subscribe, sync.getState)
  return { sync, state }
}
