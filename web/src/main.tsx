import './styles/tokens.css'
import './styles/global.css'

import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { Providers } from './app/providers'
import { createAppRouter } from './app/router'
import { createQueryClient } from './lib/query-client'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

const client = createQueryClient()
const router = createAppRouter(client)
// The first page is loaded before it is drawn: what the HTML shows stays until then.
void router.load().then(() => {
  createRoot(root).render(
    <StrictMode>
      <Providers client={client}>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>,
  )
})
