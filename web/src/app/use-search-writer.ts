import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'

/**
 * Writes what a page shows into its address. A view comes to rest some time after it was moved: by then the user may
 * be on the way to another page, and writing would call them back.
 */
export function useSearchWriter(pathname: string): (change: object) => void {
  const router = useRouter()
  return useCallback(
    (change) => {
      if (router.latestLocation.pathname !== pathname) return
      void router.navigate({
        to: pathname,
        search: { ...router.latestLocation.search, ...change },
        replace: true,
        resetScroll: false,
      } as never)
    },
    [router, pathname],
  )
}
