import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'

import { shellRoute } from '../roots'

export const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/compare',
  /** `runs`: up to six ids, separated by commas. */
  validateSearch: z.object({ runs: z.string().catch('') }),
  component: lazyRouteComponent(() => import('./compare'), 'ComparePage'),
})
