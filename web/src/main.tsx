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
createRoot(root).render(
  <StrictMode>
    <Providers client={client}>
      <RouterProvider router={createAppRouter(client)} />
    </Providers>
  </StrictMode>,
)
