import { useState } from 'react'
import { z } from 'zod'

const PREFIX = 'candlewick.chat.autoRun.'
const storedSchema = z.literal('on')

/** Whether proposals of a strategy's chat are taken over and run by themselves; off unless it was switched on here. */
export function useAutoRun(strategyId: string): [boolean, (isOn: boolean) => void] {
  const [isOn, setIsOn] = useState(() => read(strategyId))
  const change = (next: boolean) => {
    setIsOn(next)
    try {
      if (next) localStorage.setItem(PREFIX + strategyId, 'on')
      else localStorage.removeItem(PREFIX + strategyId)
    } catch {
      // Without storage the choice holds until the page is left.
    }
  }
  return [isOn, change]
}

function read(strategyId: string): boolean {
  try {
    return storedSchema.safeParse(localStorage.getItem(PREFIX + strategyId)).success
  } catch {
    return false
  }
}
