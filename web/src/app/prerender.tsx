/** Run by scripts/prerender.js at build time, never in a browser. */
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { renderToStaticMarkup } from 'react-dom/server'

import { createQueryClient } from '@/lib/query-client'

import { Providers } from './providers'
import { createAppRouter } from './router'

/** The landing page as HTML, so that it is read before any script has come. */
export async function prerender(): Promise<string> {
  const client = createQueryClient()
  const router = createAppRouter(client, createMemoryHistory({ initialEntries: ['/'] }))
  await router.load()
  return renderToStaticMarkup(
    <Providers client={client}>
      <RouterProvider router={router} />
    </Providers>,
  )
}
