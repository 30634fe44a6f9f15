import { useQuery } from '@tanstack/react-query'

import { botQueries } from './api'
import { standingOf } from './words'

const MOVING_MS = 1_500
const RUNNING_MS = 5_000

/** A bot, asked for again as often as there can be something new. */
export function useLiveBot(id: string) {
  return useQuery({
    ...botQueries.detail(id),
    refetchInterval: ({ state }) => {
      if (state.data === undefined) return false
      if (standingOf(state.data).isMoving) return MOVING_MS
      return state.data.wanted === 'stopped' ? false : RUNNING_MS
    },
  })
}
