import { z } from 'zod'

import { specSchema } from './spec'
import type { Unfinished } from './spec-sync'

const schema = z.object({ code: z.string(), spec: specSchema })

/** Blocks that cannot become code yet outlive a reload of this tab; they are no draft until they can. */
export function unfinishedOf(strategyId: string) {
  const key = `candlewick.blocks.${strategyId}`
  return {
    read: (): Unfinished | null => {
      try {
        const stored = sessionStorage.getItem(key)
        return stored === null ? null : schema.parse(JSON.parse(stored))
      } catch {
        return null
      }
    },
    keep: (unfinished: Unfinished | null): void => {
      try {
        if (unfinished === null) sessionStorage.removeItem(key)
        else sessionStorage.setItem(key, JSON.stringify(unfinished))
      } catch {
        // Where storage is forbidden they live as long as the page.
      }
    },
  }
}
