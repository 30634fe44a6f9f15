import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'

import { BREAKDOWNS, RUN_STATES } from '@/features/runs/words'

import { shellRoute } from '../roots'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/backtests',
  validateSearch: z.object({
    state: z.enum(RUN_STATES).optional().catch(undefined),
    strategy: z.string().optional().catch(undefined),
    exchange: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./runs'), 'RunsPage'),
})

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/backtests/$runId',
  component: lazyRouteComponent(() => import('./run'), 'RunPage'),
})

const overviewRoute = createRoute({
  getParentRoute: () => runRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./run-overview'), 'RunOverview'),
})

const metricsRoute = createRoute({
  getParentRoute: () => runRoute,
  path: '/metrics',
  component: lazyRouteComponent(() => import('./run-metrics'), 'RunMetrics'),
})

const trustRoute = createRoute({
  getParentRoute: () => runRoute,
  path: '/trust',
  component: lazyRouteComponent(() => import('./run-trust'), 'RunTrust'),
})

const chartRoute = createRoute({
  getParentRoute: () => runRoute,
  path: '/chart',
  validateSearch: z.object({
    pair: z.string().optional().catch(undefined),
    /** Milliseconds UTC in the middle of the view. */
    at: z.number().optional().catch(undefined),
    /** Number of the trade that is selected. */
    trade: z.number().int().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./run-chart'), 'RunChart'),
})

const tradesRoute = createRoute({
  getParentRoute: () => runRoute,
  path: '/trades',
  validateSearch: z.object({
    /** A column's id, with "-" before it from high to low. */
    sort: z.string().optional().catch(undefined),
    /** What each column is filtered by. */
    filter: z.record(z.string(), z.string()).optional().catch(undefined),
    /** Ids of the columns that are shown, separated by commas. */
    columns: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./run-trades'), 'RunTrades'),
})

const breakdownRoute = createRoute({
  getParentRoute: () => runRoute,
  path: '/breakdown',
  validateSearch: z.object({ by: z.enum(BREAKDOWNS).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./run-breakdown'), 'RunBreakdown'),
})

const detailsRoute = createRoute({
  getParentRoute: () => runRoute,
  path: '/details',
  component: lazyRouteComponent(() => import('./run-details'), 'RunDetails'),
})

export const runRoutes = [
  listRoute,
  runRoute.addChildren([
    overviewRoute,
    metricsRoute,
    trustRoute,
    chartRoute,
    tradesRoute,
    breakdownRoute,
    detailsRoute,
  ]),
] as const
