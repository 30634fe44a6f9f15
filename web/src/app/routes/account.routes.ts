import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'

import { rootRoute, shellRoute } from '../roots'

/** Where to go after signing in: a path of this site, never another one. */
const nextSchema = z.object({
  next: z
    .string()
    .regex(/^\/(?![/\\])/)
    .optional()
    .catch(undefined),
})

const landingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./landing'), 'LandingPage'),
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: nextSchema,
  component: lazyRouteComponent(() => import('./sign-in'), 'SignInPage'),
})

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: nextSchema,
  component: lazyRouteComponent(() => import('./sign-in'), 'SignUpPage'),
})

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./sign-in'), 'ResetPasswordPage'),
})

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/home',
  component: lazyRouteComponent(() => import('./home'), 'HomePage'),
})

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings'), 'SettingsPage'),
})

/** `from`: a run to repeat with a change. */
const newBacktestSearch = z.object({
  strategyId: z.string().optional().catch(undefined),
  version: z.number().int().positive().optional().catch(undefined),
  parameterSet: z.string().optional().catch(undefined),
  from: z.string().optional().catch(undefined),
})

const newBacktestRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/backtests/new',
  validateSearch: newBacktestSearch,
  component: lazyRouteComponent(() => import('./new-backtest'), 'NewBacktestPage'),
})

export const publicRoutes = [landingRoute, signInRoute, signUpRoute, resetPasswordRoute] as const
export const accountRoutes = [homeRoute, settingsRoute, newBacktestRoute] as const
