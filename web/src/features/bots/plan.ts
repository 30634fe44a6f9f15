import { z } from 'zod'

import type { BotRequest } from './api'
import type { Limits } from './schemas'
import { MODES, needsKey } from './words'

const positive = (text: string) => Number(text) > 0 && Number.isFinite(Number(text))
const optionalAmount = z
  .string()
  .trim()
  .refine((text) => text === '' || positive(text), 'Enter an amount above zero, or nothing.')
const optionalPercent = z
  .string()
  .trim()
  .refine(
    (text) => text === '' || (positive(text) && Number(text) <= 100),
    'Enter a percentage from 0 to 100, or nothing.',
  )

/** "BTC/USDT, eth/usdt" as a list without repeats. */
export function pairsOf(text: string): string[] {
  const names = text
    .split(/[\s,;]+/)
    .map((name) => name.trim().toUpperCase())
    .filter((name) => name !== '')
  return [...new Set(names)]
}

export const limitsForm = z.object({
  maxDailyLoss: optionalAmount,
  maxDrawdownPercent: optionalPercent,
  maxOpenStake: optionalAmount,
  closeAll: z.boolean(),
})
export type LimitsPlan = z.infer<typeof limitsForm>

export const botForm = z
  .object({
    name: z.string().trim().min(1, 'Name the bot.').max(100, 'At most 100 characters.'),
    mode: z.enum(MODES),
    strategyId: z.string().min(1, 'Choose a strategy.'),
    version: z.number().int().positive(),
    venue: z.string().min(1, 'Choose an exchange.'),
    pairs: z
      .string()
      .refine((text) => pairsOf(text).length > 0, 'Name at least one pair, such as BTC/USDT.')
      .refine(
        (text) => pairsOf(text).every((pair) => /^[A-Z0-9]+\/[A-Z0-9]+$/.test(pair)),
        'Write pairs as BTC/USDT, separated by commas.',
      )
      .refine(
        (text) => new Set(pairsOf(text).map((pair) => pair.split('/')[1])).size <= 1,
        'All pairs must be quoted in the same currency.',
      ),
    stake: z.enum(['unlimited', 'fixed']),
    stakeAmount: z.string().trim(),
    maxOpenTrades: z
      .number({ error: 'Enter a number.' })
      .int('Enter a whole number.')
      .min(1, 'At least one.')
      .max(100, 'At most 100.'),
    wallet: z.string().trim().refine(positive, 'Enter an amount above zero.'),
    ...limitsForm.shape,
    exchangeKeyId: z.string(),
    sharesKey: z.boolean(),
  })
  .refine((plan) => plan.stake === 'unlimited' || positive(plan.stakeAmount), {
    path: ['stakeAmount'],
    message: 'Enter an amount above zero.',
  })
  .refine((plan) => !needsKey(plan.mode) || plan.exchangeKeyId !== '', {
    path: ['exchangeKeyId'],
    message: 'Choose a key; add one in the settings.',
  })
export type BotPlan = z.infer<typeof botForm>

export const EMPTY_BOT: BotPlan = {
  name: '',
  mode: 'paper',
  strategyId: '',
  version: 1,
  venue: '',
  pairs: '',
  stake: 'unlimited',
  stakeAmount: '',
  maxOpenTrades: 3,
  wallet: '1000',
  // Without limits a bot that goes wrong goes on: these are ours until the user chooses others.
  maxDailyLoss: '',
  maxDrawdownPercent: '20',
  maxOpenStake: '',
  closeAll: false,
  exchangeKeyId: '',
  sharesKey: false,
}

export function stakeCurrencyOf(pairs: string): string {
  return pairsOf(pairs)[0]?.split('/')[1] ?? ''
}

/** A bot's limits as the form has them. */
export function limitsPlanOf(limits: Limits): LimitsPlan {
  const text = (value: number | null) => (value === null ? '' : String(value))
  return {
    maxDailyLoss: text(limits.maxDailyLoss),
    maxDrawdownPercent: text(
      limits.maxDrawdown === null ? null : Number((limits.maxDrawdown * 100).toPrecision(12)),
    ),
    maxOpenStake: text(limits.maxOpenStake),
    closeAll: limits.closeAll,
  }
}

export function limitsRequest(plan: LimitsPlan) {
  return {
    maxDailyLoss: plan.maxDailyLoss || null,
    maxDrawdown: plan.maxDrawdownPercent === '' ? null : Number(plan.maxDrawdownPercent) / 100,
    maxOpenStake: plan.maxOpenStake || null,
    closeAll: plan.closeAll,
  }
}

export function toRequest(plan: BotPlan): BotRequest {
  const usesKey = needsKey(plan.mode)
  return {
    name: plan.name,
    mode: plan.mode,
    strategyId: plan.strategyId,
    version: plan.version,
    venue: plan.venue,
    pairs: pairsOf(plan.pairs),
    stakeAmount: plan.stake === 'unlimited' ? 'unlimited' : plan.stakeAmount,
    maxOpenTrades: plan.maxOpenTrades,
    wallet: plan.wallet,
    limits: { ...limitsRequest(plan), maxOrderStake: null },
    ...(usesKey ? { exchangeKeyId: plan.exchangeKeyId, sharesKey: plan.sharesKey } : {}),
  }
}
