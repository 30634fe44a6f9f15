import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'

import { shellRoute } from '../roots'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/bots',
  component: lazyRouteComponent(() => import('./bots'), 'BotsPage'),
})

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/bots/new',
  validateSearch: z.object({
    strategyId: z.string().optional().catch(undefined),
    version: z.number().int().positive().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./new-bot'), 'NewBotPage'),
})

const botRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/bots/$botId',
  // The backtest that the bot is compared with.
  validateSearch: z.object({ backtest: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./bot'), 'BotPage'),
})

export const botRoutes = [listRoute, newRoute, botRoute] as const
