import { QueryClient } from '@tanstack/react-query'

import { ApiError, NetworkError } from './problem'

const MAX_TRIES = 3

function isWorthRetrying(failures: number, error: Error): boolean {
  if (failures >= MAX_TRIES) return false
  return error instanceof NetworkError || (error instanceof ApiError && error.isTransient)
}

function pauseMs(failures: number, error: Error): number {
  const asked = error instanceof ApiError ? error.retryAfterS : undefined
  return asked === undefined ? Math.min(500 * 2 ** failures, 8_000) : asked * 1000
}

/** The app's cache of server state. Changes are never repeated by themselves. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, retry: isWorthRetrying, retryDelay: pauseMs },
      mutations: { retry: false },
    },
  })
}
