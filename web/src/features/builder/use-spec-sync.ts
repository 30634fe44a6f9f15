import { useEffect, useState, useSyncExternalStore } from 'react'

import { specServer } from './model/api'
import { SpecSync } from './model/spec-sync'
import { unfinishedOf } from './model/unfinished'

interface Draft {
  code: string
  isShown: boolean
  onCode: (code: string) => void
}

/** Blocks that follow the code and write it. */
export function useSpecSync(strategyId: string, { code, isShown, onCode }: Draft) {
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
  useEffect(() => {
    if (isShown) sync.takeCode(code)
    else sync.leaveCode(code)
  }, [sync, code, isShown])
  useEffect(() => () => sync.end(), [sync])
  const state = useSyncExternalStore(sync.subscribe, sync.getState)
  return { sync, state }
}
