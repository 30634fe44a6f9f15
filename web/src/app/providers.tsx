import { CSPProvider } from '@base-ui/react/csp-provider'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { Toasts } from '@/components/ui/toast'

/** What every component may rely on. */
export function Providers({ client, children }: { client: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={client}>
      {/* The content security policy allows no style elements. */}
      <CSPProvider disableStyleElements>{children}</CSPProvider>
      <Toasts />
    </QueryClientProvider>
  )
}
