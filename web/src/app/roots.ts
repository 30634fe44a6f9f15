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

/** The parent of every page that needs a signed-in user. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: Shell,
  errorComponent: BareErrorPage,
  beforeLoad: async ({ location }) => {
    const session = await knownSession()
    if (session.status === 'signedOut') {
      throw redirect({ to: '/sign-in', search: { next: location.href } })
    }
    return { user: session.user }
  },
})
