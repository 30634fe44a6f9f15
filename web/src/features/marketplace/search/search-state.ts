import { z } from 'zod'

export const ORDERS = ['relevance', 'rank', 'newest', 'most-used'] as const
export type Order = (typeof ORDERS)[number]

/** The filters that a search may have, as the API names them. */
export const FILTERS = [
  'style',
  'market',
  'exchange',
  'timeframe',
  'direction',
  'leverage',
  'indicator',
  'tag',
  'price',
  'access',
  'grade',
] as const
export type Filter = (typeof FILTERS)[number]

const text = z.string().max(100).optional().catch(undefined)

/** What is looked for; it is the address of the page. */
export const searchStateSchema = z.object({
  q: text,
  order: z.enum(ORDERS).optional().catch(undefined),
  author: text,
  ...(Object.fromEntries(FILTERS.map((name) => [name, text])) as Record<Filter, typeof text>),
})
export type SearchState = z.infer<typeof searchStateSchema>

/** The filters that are set, in the order of the page. */
export function chosenFilters(state: SearchState): [Filter, string][] {
  return FILTERS.flatMap((name) => {
    const value = state[name]
    return value === undefined ? [] : [[name, value] as [Filter, string]]
  })
}
