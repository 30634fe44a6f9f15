import { z } from 'zod'

import type { ApiView, Fits } from '@/lib/generated'

import { COMMAND_STATES, EVENTS, JOURNAL_STATES, MODES, OUTCOMES, PHASES, WANTED } from './words'

// Amounts are decimal texts; pages show them and calculate nothing that is stored.
const amount = z.string().transform(Number)

const openTradeSchema = z.object({
  number: z.number(),
  pair: z.string(),
  openedAt: z.string(),
  amount,
  stake: amount,
  openRate: amount,
  rate: amount.nullable(),
  profit: amount.nullable(),
  profitRatio: z.number().nullable(),
  stop: amount.nullable(),
  tag: z.string(),
})

const closedTradeSchema = z.object({
  number: z.number(),
  pair: z.string(),
  openedAt: z.string(),
  closedAt: z.string(),
  amount,
  stake: amount,
  openRate: amount,
  closeRate: amount,
  fees: amount,
  profit: amount,
  profitRatio: z.number(),
  tag: z.string(),
  exitReason: z.string(),
})
export const closedTradesSchema = z.object({
  items: z.array(closedTradeSchema),
  nextCursor: z.string().nullable(),
})

const eventSchema = z.object({
  id: z.string(),
  kind: z.enum(EVENTS),
  at: z.string(),
  text: z.string(),
  pair: z.string(),
})
export const eventsSchema = z.object({
  items: z.array(eventSchema),
  nextCursor: z.string().nullable(),
})

const decisionSchema = z.object({
  pair: z.string(),
  candle: z.string(),
  outcome: z.enum(OUTCOMES),
  reason: z.string(),
})

const figuresSchema = z.object({
  balance: amount.nullable(),
  free: amount.nullable(),
  openStake: amount,
  dayProfit: amount,
  drawdown: z.number(),
  ordersToday: z.number(),
  openTrades: z.array(openTradeSchema),
  decisions: z.array(decisionSchema),
  logTail: z.string(),
})

const limitsSchema = z.object({
  maxDailyLoss: amount.nullable(),
  maxDrawdown: z.number().nullable(),
  maxOpenStake: amount.nullable(),
  maxOrderStake: amount.nullable(),
  maxOrdersPerMinute: z.number(),
  maxPriceDeviation: z.number(),
  pairs: z.array(z.string()),
  closeAll: z.boolean(),
})

export const botSchema = z.object({
  id: z.string(),
  name: z.string(),
  mode: z.enum(MODES),
  strategy: z.object({
    id: z.string(),
    name: z.string(),
    version: z.number(),
    /** Somebody's listing, rather than a strategy of one's own. */
    listed: z.object({ listingId: z.string() }).nullable(),
  }),
  verifiedBy: z.string(),
  venue: z.string(),
  pairs: z.array(z.string()),
  timeframe: z.string(),
  stakeCurrency: z.string(),
  stakeAmount: amount.nullable(),
  maxOpenTrades: z.number(),
  wallet: amount,
  limits: limitsSchema,
  blacklist: z.array(z.string()),
  alerts: z.array(z.enum(EVENTS)),
  exchangeKeyId: z.string().nullable(),
  wanted: z.enum(WANTED),
  operation: z.object({
    kind: z.enum(['none', 'starting', 'stopping', 'deleting']),
    since: z.string().nullable(),
    error: z.string(),
  }),
  phase: z.enum(PHASES).nullable(),
  figures: figuresSchema.nullable(),
  lastSeenAt: z.string().nullable(),
  silentSince: z.string().nullable(),
  takesSignals: z.boolean(),
  createdAt: z.string(),
})
export const botsSchema = z.object({ items: z.array(botSchema) })

export const previewSchema = z.object({ sentences: z.array(z.string()) })

export const venuesSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      modes: z.array(z.enum(MODES)),
      candles: z.string().nullable(),
      isSimulated: z.boolean(),
    }),
  ),
  addresses: z.array(z.string()),
})

export const commandSchema = z.object({
  id: z.string(),
  verb: z.string(),
  pair: z.string(),
  trade: z.number().nullable(),
  at: z.string(),
  state: z.enum(COMMAND_STATES),
  message: z.string(),
})
export const commandsSchema = z.object({ items: z.array(commandSchema) })

const orderSchema = z.object({
  clientOrderId: z.string(),
  pair: z.string(),
  side: z.enum(['buy', 'sell']),
  type: z.string(),
  purpose: z.enum(['entry', 'exit', 'stop', 'close_all']),
  amount,
  price: amount.nullable(),
  state: z.enum(JOURNAL_STATES),
  filled: amount,
  cost: amount,
  fee: amount,
  feeCurrency: z.string(),
  message: z.string(),
  updatedAt: z.string().nullable(),
})
export const ordersSchema = z.object({
  items: z.array(orderSchema),
  nextCursor: z.string().nullable(),
})

export const alertsSchema = z.object({
  email: z.string(),
  webhookUrl: z.string(),
  hasWebhookSecret: z.boolean(),
  telegramChat: z.string(),
})

export type Checks = [
  Fits<z.input<typeof botsSchema>, ApiView<'BotsView'>>,
  Fits<z.input<typeof previewSchema>, ApiView<'PreviewView'>>,
  Fits<z.input<typeof venuesSchema>, ApiView<'VenuesView'>>,
  Fits<z.input<typeof commandsSchema>, ApiView<'CommandsView'>>,
  Fits<z.input<typeof ordersSchema>, ApiView<'OrdersView'>>,
  Fits<z.input<typeof alertsSchema>, ApiView<'AlertsView'>>,
  Fits<z.input<typeof closedTradesSchema>, ApiView<'ClosedTradesView'>>,
  Fits<z.input<typeof eventsSchema>, ApiView<'EventsView'>>,
]
export type Bot = z.infer<typeof botSchema>
export type OpenTrade = z.infer<typeof openTradeSchema>
export type ClosedTrade = z.infer<typeof closedTradeSchema>
export type BotEvent = z.infer<typeof eventSchema>
export type Decision = z.infer<typeof decisionSchema>
export type Limits = z.infer<typeof limitsSchema>
export type Venue = z.infer<typeof venuesSchema>['items'][number]
export type BotCommand = z.infer<typeof commandSchema>
export type Order = z.infer<typeof orderSchema>
export type Alerts = z.infer<typeof alertsSchema>
