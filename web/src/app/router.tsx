import type { QueryClient } from '@tanstack/react-query'
import { createRouter, type RouterHistory } from '@tanstack/react-router'

import { NotFoundPage } from '@/components/layout/not-found-page'

import { ErrorPage } from './error-page'
import { rootRoute, shellRoute } from './roots'
import { accountRoutes, publicRoutes } from './routes/account.routes'
import { botRoutes } from './routes/bot.routes'
import { compareRoute } from './routes/compare.routes'
import { marketplaceRoutes } from './routes/marketplace.routes'
import { runRoutes } from './routes/run.routes'
import { strategyRoutes } from './routes/strategies.routes'

const routeTree = rootRoute.addChildren([
  ...publicRoutes,
  shellRoute.addChildren([
    ...accountRoutes,
    ...strategyRoutes,
    ...runRoutes,
    ...botRoutes,
    compareRoute,
    ...marketplaceRoutes,
  ]),
])

/**
 * The app's router. Pages load lazily; a link that is pointed at loads its page ahead. `history` is the
 * browser's unless another is given.
 */
export function createAppRouter(client: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    ...(history === undefined ? {} : { history }),
    context: { client },
    defaultPreload: 'intent',
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
