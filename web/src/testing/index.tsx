import { QueryClient } from '@tanstack/react-query'
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router'
import { render, type RenderResult } from '@testing-library/react'
import type { ReactNode } from 'react'

import { Providers } from '@/app/providers'

export { server } from './server'
export { http, HttpResponse } from 'msw'

export const API = '*/api/v1'

/**
 * Draws a component at an address, inside the app's providers and a router that knows every path.
 * Returns Testing Library's result and the router, whose `state.location` a test may look at.
 */
export async function show(
  ui: ReactNode,
  { at = '/' }: { at?: string } = {},
): Promise<RenderResult & { router: ReturnType<typeof routerFor> }> {
  const router = routerFor(ui, at)
  await router.load()
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  // The app's own router type is registered; this one has the same context and no routes.
  const provided = router as never
  const result = render(
    <Providers client={client}>
      <RouterProvider router={provided} />
    </Providers>,
  )
  return { ...result, router }
}

function routerFor(ui: ReactNode, at: string) {
  const root = createRootRoute()
  const any = createRoute({ getParentRoute: () => root, path: '$', component: () => ui })
  const index = createRoute({ getParentRoute: () => root, path: '/', component: () => ui })
  return createRouter({
    routeTree: root.addChildren([index, any]),
    history: createMemoryHistory({ initialEntries: [at] }),
  })
}
