import { z } from 'zod'

import type { ApiView, Fits } from '@/lib/generated'

const figure = z.number().nullable()

export const GRADES = ['A', 'B', 'C', 'D', 'F'] as const
export const STANDINGS = ['draft', 'published', 'withdrawn', 'suspended'] as const
export const VISIBILITIES = ['public', 'unlisted', 'private'] as const
export const ACCESSES = ['open', 'closed'] as const
export const LICENCES = ['GPL-3.0-or-later', 'MIT', 'Apache-2.0', 'all-rights-reserved'] as const
export const PLANS = ['once', 'monthly'] as const

export const gradeSchema = z.enum(GRADES)
export type Grade = z.infer<typeof gradeSchema>

/** `amount` is decimal text in units of `currency`. */
export const priceSchema = z.object({
  amount: z.string(),
  currency: z.string(),
  plan: z.enum(PLANS),
})
export type Price = z.infer<typeof priceSchema>

/** What it did on candles that came after its publication. */
export const outOfSampleSchema = z.object({
  since: z.string(),
  until: z.string(),
  days: z.number(),
  trades: z.number(),
  profit: z.number(),
  drawdown: z.number(),
  sharpe: figure,
  /** Whether the profit lies within what its in-sample trades let expect. */
  isInRange: z.boolean(),
  buyAndHold: z.number(),
})
export type OutOfSample = z.infer<typeof outOfSampleSchema>

export const countsSchema = z.object({
  users: z.number(),
  forks: z.number(),
  watchers: z.number(),
  reviews: z.number(),
  /** The sum of the ratings. */
  stars: z.number(),
})
export type Counts = z.infer<typeof countsSchema>

const termsSchema = z.object({
  title: z.string(),
  summary: z.string(),
  /** Markdown. */
  description: z.string(),
  tags: z.array(z.string()),
  visibility: z.enum(VISIBILITIES),
  access: z.enum(ACCESSES),
  licence: z.enum(LICENCES),
  price: priceSchema.nullable(),
})
/** What the author writes, and may change without a new version. */
export type Terms = z.infer<typeof termsSchema>

/** In-sample figures of the house's own run, as in a run's headline. */
export const headlineSchema = z.object({
  total_trades: figure.optional(),
  profit_total: figure.optional(),
  winrate: figure.optional(),
  profit_factor: figure.optional(),
  sharpe: figure.optional(),
  final_balance: figure.optional(),
  max_drawdown: figure.optional(),
})

const verdictSchema = z.object({
  state: z.enum(['running', 'done', 'failed']),
  grade: gradeSchema.nullable(),
  isPublishable: z.boolean(),
  headline: headlineSchema,
  message: z.string(),
})

const specSchema = z.object({
  exchange: z.string(),
  pairs: z.array(z.string()),
  timeframe: z.string(),
  start: z.string(),
  /** Exclusive. */
  end: z.string(),
  tradingMode: z.enum(['spot', 'futures']),
  stakeCurrency: z.string(),
  /** Decimal text; null divides the wallet by the open trades. */
  stakeAmount: z.string().nullable(),
  wallet: z.string(),
  maxOpenTrades: z.number(),
})
export type MarketSpec = z.infer<typeof specSchema>

/** A numbered, immutable state of a listing. What would show closed code is null. */
export const versionSchema = z.object({
  number: z.number(),
  className: z.string().nullable(),
  /** Which version of the author's strategy it is; told to the author alone. */
  strategyVersion: z.number().nullable(),
  spec: specSchema,
  canShort: z.boolean(),
  /** What it does, from its blocks; empty where its code is none of the builder's. */
  sentence: z.string(),
  notes: z.string(),
  createdAt: z.string(),
  publishedAt: z.string().nullable(),
  verdict: verdictSchema,
  outOfSample: outOfSampleSchema.nullable(),
})
export type ListingVersion = z.infer<typeof versionSchema>
export const versionsSchema = z.object({ items: z.array(versionSchema) })

export type Right =
  'see' | 'read_code' | 'run' | 'fork' | 'buy' | 'review' | 'report' | 'watch' | 'edit' | 'moderate'

export const listingSchema = z.object({
  id: z.string(),
  /** The author's handle. */
  author: z.string(),
  ...termsSchema.shape,
  standing: z.enum(STANDINGS),
  createdAt: z.string(),
  updatedAt: z.string(),
  publishedAt: z.string().nullable(),
  currentVersion: z.number().nullable(),
  /** These two are told to the author alone. */
  latestVersion: z.number().nullable(),
  strategyId: z.string().nullable(),
  /** The published version that visitors see. */
  version: versionSchema.nullable(),
  ancestor: z
    .object({ listingId: z.string(), version: z.number(), isDeclared: z.boolean() })
    .nullable(),
  counts: countsSchema,
  /** What the viewer may do. */
  rights: z.array(z.string()),
  isWatching: z.boolean(),
})
export type Listing = z.infer<typeof listingSchema>
export const listingsSchema = z.object({ items: z.array(listingSchema) })

export function may(listing: Pick<Listing, 'rights'>, right: Right): boolean {
  return listing.rights.includes(right)
}

/** Code of a version, whole; the browser draws differences. */
export const codeSchema = z.object({ code: z.string() })

const relativeSchema = z.object({
  id: z.string(),
  title: z.string(),
  author: z.string(),
  standing: z.enum(STANDINGS),
})
export type Relative = z.infer<typeof relativeSchema>
export const lineageSchema = z.object({
  /** The nearest first; null is one that the viewer may not see. */
  ancestors: z.array(relativeSchema.nullable()),
  forks: z.array(relativeSchema),
})
export type Lineage = z.infer<typeof lineageSchema>

export const reviewSchema = z.object({
  id: z.string(),
  /** The handle, or "a user". */
  reviewer: z.string(),
  stars: z.number(),
  /** Markdown. */
  text: z.string(),
  /** Which version the reviewer ran. */
  version: z.number(),
  at: z.string(),
  /** What the author says to it. */
  answer: z.object({ text: z.string(), at: z.string() }).nullable(),
  /** By a moderator. */
  isHidden: z.boolean(),
})
export type Review = z.infer<typeof reviewSchema>
export const reviewsSchema = z.object({
  items: z.array(reviewSchema),
  /** The viewer's own, also where a moderator has hidden it. */
  mine: reviewSchema.nullable(),
  nextCursor: z.string().nullable(),
})

export const authorSchema = z.object({
  handle: z.string(),
  name: z.string(),
  about: z.string(),
  createdAt: z.string(),
})
export type Author = z.infer<typeof authorSchema>

export type Checks = [
  Fits<z.input<typeof versionSchema>, ApiView<'ListingVersionView'>>,
  Fits<z.input<typeof listingSchema>, ApiView<'ListingView'>>,
  Fits<z.input<typeof lineageSchema>, ApiView<'LineageView'>>,
  Fits<z.input<typeof authorSchema>, ApiView<'AuthorView'>>,
  Fits<z.input<typeof reviewsSchema>, ApiView<'ReviewsView'>>,
]
