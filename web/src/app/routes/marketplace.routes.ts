import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'

import { searchStateSchema } from '@/features/marketplace/search/search-state'

import { shellRoute } from '../roots'

const OPEN = { isOpen: true } as const

const count = z.number().int().positive().optional().catch(undefined)
const text = z.string().optional().catch(undefined)

const searchRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace',
  staticData: OPEN,
  validateSearch: searchStateSchema,
  component: lazyRouteComponent(() => import('./marketplace'), 'MarketplacePage'),
})

const listingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace/$listingId',
  staticData: OPEN,
  component: lazyRouteComponent(() => import('./listing'), 'ListingPage'),
})

const overviewRoute = createRoute({
  getParentRoute: () => listingRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./listing-overview'), 'ListingOverviewTab'),
})

const trustRoute = createRoute({
  getParentRoute: () => listingRoute,
  path: '/trust',
  component: lazyRouteComponent(() => import('./listing-trust'), 'ListingTrustTab'),
})

const versionsRoute = createRoute({
  getParentRoute: () => listingRoute,
  path: '/versions',
  /** `line`: of the version's code, which a finding leads to. */
  validateSearch: z.object({ version: count, from: count, line: count }),
  component: lazyRouteComponent(() => import('./listing-versions'), 'ListingVersionsTab'),
})

const reviewsRoute = createRoute({
  getParentRoute: () => listingRoute,
  path: '/reviews',
  component: lazyRouteComponent(() => import('./listing-reviews'), 'ListingReviewsTab'),
})

const ancestorDiffRoute = createRoute({
  getParentRoute: () => listingRoute,
  path: '/ancestor-diff',
  component: lazyRouteComponent(() => import('./listing-versions'), 'AncestorDiffTab'),
})

const authorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace/authors/$handle',
  staticData: OPEN,
  component: lazyRouteComponent(() => import('./mine'), 'AuthorPage'),
})

const mineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace/mine',
  component: lazyRouteComponent(() => import('./mine'), 'MyListingsPage'),
})

const publishRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace/publish',
  /** A verified run of the version that is to be published; `listing`: whose new version it becomes. */
  validateSearch: z.object({ strategyId: text, run: text, listing: text }),
  component: lazyRouteComponent(() => import('./publish'), 'PublishPage'),
})

const editRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace/$listingId/edit',
  component: lazyRouteComponent(() => import('./edit-listing'), 'EditListingPage'),
})

const invitationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace/invitations/$token',
  component: lazyRouteComponent(() => import('./mine'), 'InvitationPage'),
})

const noticesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/marketplace/notices',
  component: lazyRouteComponent(() => import('./mine'), 'NoticesPage'),
})

const queueRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/moderation',
  validateSearch: z.object({
    state: z.enum(['open', 'in-review', 'decided']).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./moderation'), 'ModerationPage'),
})

const caseRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/moderation/$caseId',
  component: lazyRouteComponent(() => import('./moderation'), 'CasePage'),
})

export const marketplaceRoutes = [
  searchRoute,
  listingRoute.addChildren([
    overviewRoute,
    trustRoute,
    versionsRoute,
    reviewsRoute,
    ancestorDiffRoute,
  ]),
  authorRoute,
  mineRoute,
  publishRoute,
  editRoute,
  invitationRoute,
  noticesRoute,
  queueRoute,
  caseRoute,
] as const
