import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router'

import { Shell } from '@/components/layout/shell'
import { knownSession } from '@/lib/session'

import { BareErrorPage, BareNotFoundPage } from './error-page'

export interface RouterContext {
  client: QueryClient
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: BareErrorPage,
  notFoundComponent: BareNotFoundPage,
})

/** The parent of every page in the app's frame. Those that do not say `isOpen` need a signed-in user. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  errorComponent: BareErrorPage,
  beforeLoad: async ({ location, matches }) => {
    if (matches.some((match) => match.staticData.isOpen === true)) return
    const session = await knownSession()
    if (session.status === 'signedOut') {
      throw redirect({ to: '/sign-in', search: { next: location.href } })
    }
  },
})

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Whoever is not signed in may look at it too. */
    isOpen?: boolean
  }
}
