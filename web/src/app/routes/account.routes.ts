import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { z } from 'zod'

import { googleReplySchema, keepReply } from '@/features/accounts/google-reply'

import { rootRoute, shellRoute } from '../roots'
import { nextSchema } from './next'

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

const googleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/google',
  validateSearch: googleReplySchema,
  beforeLoad: ({ search }) => {
    if (search.state === undefined) return
    // The one-time code leaves the address, and so the history and every Referer, before a request is made.
    keepReply(search)
    throw redirect({ to: '/sign-in/google', search: {}, replace: true })
  },
  component: lazyRouteComponent(() => import('./google'), 'GooglePage'),
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

export const publicRoutes = [
  landingRoute,
  signInRoute,
  googleRoute,
  signUpRoute,
  resetPasswordRoute,
] as const
export const accountRoutes = [homeRoute, settingsRoute, newBacktestRoute] as const
