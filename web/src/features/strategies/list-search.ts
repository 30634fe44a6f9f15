import { z } from 'zod'

import type { Strategy } from './api'

const sortKeySchema = z.enum(['name', 'version', 'changed'])
export type SortKey = z.infer<typeof sortKeySchema>

/** What of the list is in the address. */
export const listSearchSchema = z.object({
  q: z.string().optional().catch(undefined),
  archived: z.boolean().optional().catch(undefined),
  sort: sortKeySchema.optional().catch(undefined),
  desc: z.boolean().optional().catch(undefined),
})
export type ListSearch = z.infer<typeof listSearchSchema>

export interface ListOrder {
  sort: SortKey
  desc: boolean
}

const COMPARE: Record<SortKey, (a: Strategy, b: Strategy) => number> = {
  name: (a, b) => a.name.localeCompare(b.name, 'en', { numeric: true, sensitivity: 'base' }),
  version: (a, b) => a.latestVersion - b.latestVersion,
  changed: (a, b) => a.updatedAt.localeCompare(b.updatedAt),
}

/** The strategies whose name holds every word that is searched for, in the order that is asked for. */
export function visibleStrategies(all: readonly Strategy[], search: ListSearch): Strategy[] {
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const compare = COMPARE[search.sort ?? 'changed']
  const sign = (search.desc ?? true) ? -1 : 1
  return all
    .filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)))
    .sort((a, b) => sign * compare(a, b))
}
