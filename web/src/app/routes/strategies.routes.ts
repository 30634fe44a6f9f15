import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'

import { listSearchSchema } from '@/features/strategies/list-search'
import { countSchema, versionsSearchSchema } from '@/features/strategies/versions/versions-search'

import { shellRoute } from '../roots'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/strategies',
  validateSearch: listSearchSchema,
  component: lazyRouteComponent(() => import('./strategies'), 'StrategiesPage'),
})

const editorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/strategies/$strategyId',
  validateSearch: z.object({
    line: countSchema,
    view: z.enum(['code', 'blocks', 'both']).optional().catch(undefined),
    chat: z.boolean().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./strategies-editor'), 'StrategyEditorPage'),
})

const versionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/strategies/$strategyId/versions',
  validateSearch: versionsSearchSchema,
  component: lazyRouteComponent(() => import('./strategies-versions'), 'StrategyVersionsPage'),
})

const parametersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/strategies/$strategyId/parameters',
  validateSearch: z.object({ version: countSchema }),
  component: lazyRouteComponent(() => import('./strategies-parameters'), 'StrategyParametersPage'),
})

const ancestorDiffRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/strategies/$strategyId/ancestor-diff',
  component: lazyRouteComponent(() => import('./strategies-ancestor-diff'), 'StrategyDiffPage'),
})

export const strategyRoutes = [
  listRoute,
  editorRoute,
  versionsRoute,
  parametersRoute,
  ancestorDiffRoute,
] as const
