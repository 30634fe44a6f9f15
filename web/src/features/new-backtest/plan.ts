import { z } from 'zod'

import { formatDate, formatDateTime, formatDuration, plural } from '@/lib/format'

import type { BacktestRequest, Coverage } from './api'

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}$/

function amount(sentence: string) {
  return z
    .string()
    .trim()
    .refine((text) => /^\d+(\.\d+)?$/.test(text) && Number(text) > 0, sentence)
}

/** What the form holds; `end` is the last day that is simulated. */
export const planForm = z
  .object({
    strategyId: z.string().min(1, 'Choose a strategy.'),
    version: z.number().int().positive(),
    parameterSet: z.string(),
    exchange: z.string().min(1, 'Choose an exchange.'),
    pairs: z.array(z.string()).min(1, 'Choose at least one pair.').max(100, 'At most 100 pairs.'),
    timeframe: z.string().min(1, 'Choose a timeframe.'),
    timeframeDetail: z.string(),
    start: z.string().regex(DATE, 'Choose the first day.'),
    end: z.string().regex(DATE, 'Choose the last day.'),
    wallet: amount('Enter the money to start with, above zero.'),
    stake: z.enum(['unlimited', 'fixed']),
    stakeAmount: z.string(),
    maxOpenTrades: z
      .number({ error: 'Enter a whole number.' })
      .int('Enter a whole number.')
      .min(1, 'At least one.')
      .max(1000, 'At most 1,000.'),
    feePercent: z
      .string()
      .trim()
      .refine(
        (text) => text === '' || (/^\d+(\.\d+)?$/.test(text) && Number(text) <= 10),
        'Enter a percentage from 0 to 10, or leave it empty.',
      ),
    enableProtections: z.boolean(),
    tradingMode: z.enum(['spot', 'futures']),
    loop: z.enum(['skipping', 'stock']),
  })
  .superRefine((plan, context) => {
    if (plan.start > plan.end) {
      context.addIssue({
        code: 'custom',
        path: ['end'],
        message: 'The last day is before the first one.',
      })
    }
    const stake = Number(plan.stakeAmount)
    if (plan.stake === 'fixed' && !(stake > 0)) {
      context.addIssue({
        code: 'custom',
        path: ['stakeAmount'],
        message: 'Enter the stake of one trade, above zero.',
      })
    }
    if (plan.stake === 'fixed' && stake > Number(plan.wallet)) {
      context.addIssue({
        code: 'custom',
        path: ['stakeAmount'],
        message: 'One trade cannot stake more than the money to start with.',
      })
    }
    const currencies = new Set(plan.pairs.map(stakeCurrency))
    if (currencies.size > 1) {
      context.addIssue({
        code: 'custom',
        path: ['pairs'],
        message: `Choose pairs of one stake currency; these have ${[...currencies].join(' and ')}.`,
      })
    }
  })
export type Plan = z.infer<typeof planForm>

/** The currency that a pair is bought with: "ETH/BTC" → "BTC". */
export function stakeCurrency(pair: string): string {
  return pair.split('/')[1]?.split(':')[0] ?? ''
}

/** Minutes of a timeframe like "5m", "4h", "1d". */
export function timeframeMinutes(timeframe: string): number {
  const units: Record<string, number> = { m: 1, h: 60, d: 1440, w: 10_080 }
  return Number(timeframe.slice(0, -1)) * (units[timeframe.slice(-1)] ?? 1)
}

/** Midnight UTC of a date like "2025-02-01", in ms. */
export function dayStart(date: string): number {
  return Date.parse(`${date}T00:00:00Z`)
}

/** The date of a moment, UTC. */
export function toDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** Days that a plan simulates, the last one included. */
export function planDays(plan: Pick<Plan, 'start' | 'end'>): number {
  return Math.max(0, Math.round((dayStart(plan.end) - dayStart(plan.start)) / DAY_MS) + 1)
}

/** Candle steps: pairs × candles, what a backtest's time grows with. */
export function candleSteps(plan: Pick<Plan, 'start' | 'end' | 'pairs' | 'timeframe'>): number {
  if (plan.timeframe === '') return 0
  return Math.round((plan.pairs.length * planDays(plan) * 1440) / timeframeMinutes(plan.timeframe))
}

/** The request that a plan stands for. */
export function toRequest(plan: Plan, parameters: BacktestRequest['parameters']): BacktestRequest {
  return {
    strategyId: plan.strategyId,
    version: plan.version,
    exchange: plan.exchange,
    pairs: plan.pairs,
    timeframe: plan.timeframe,
    ...(plan.timeframeDetail === '' ? {} : { timeframeDetail: plan.timeframeDetail }),
    start: `${plan.start}T00:00:00Z`,
    end: new Date(dayStart(plan.end) + DAY_MS).toISOString(),
    stakeAmount: plan.stake === 'unlimited' ? 'unlimited' : plan.stakeAmount.trim(),
    wallet: plan.wallet,
    maxOpenTrades: plan.maxOpenTrades,
    ...(plan.feePercent === '' ? {} : { fee: percentToFraction(plan.feePercent) }),
    enableProtections: plan.enableProtections,
    tradingMode: plan.tradingMode,
    loop: plan.loop,
    ...(parameters === undefined ? {} : { parameters }),
  }
}

/** "0.1" (percent) → "0.001", exactly: money never goes through a float. */
export function percentToFraction(percent: string): string {
  const [whole = '0', decimals = ''] = percent.split('.')
  const digits = whole.padStart(3, '0') + decimals
  const point = digits.length - decimals.length - 2
  return (
    `${digits.slice(0, point).replace(/^0+(?=\d)/, '')}.${digits.slice(point)}`.replace(
      /\.?0+$/,
      '',
    ) || '0'
  )
}

/** One sentence that says what will be run. */
export function sentenceOfPlan(plan: Plan, strategyName: string, exchangeTitle: string): string {
  const first = plan.pairs[0]
  const currency = first === undefined ? '' : stakeCurrency(first)
  const pairs = plan.pairs.length === 1 ? first : plural(plan.pairs.length, 'pair')
  const stake =
    plan.stake === 'unlimited'
      ? 'dividing the money equally'
      : `staking ${plan.stakeAmount} ${currency} on each`
  const fee = plan.feePercent === '' ? 'the exchange’s own fees' : `a fee of ${plan.feePercent} %`
  const days = planDays(plan)
  return (
    `Run ${strategyName} version ${plan.version} on ${pairs} of ${exchangeTitle}` +
    ` in ${plan.timeframe} candles, from ${formatDate(dayStart(plan.start))}` +
    ` to ${formatDate(dayStart(plan.end))} (${plural(days, 'day')}),` +
    ` with ${plan.wallet} ${currency} and at most ${plural(plan.maxOpenTrades, 'open trade')},` +
    ` ${stake}, at ${fee}.`
  )
}

/** What is known of an earlier run: its candle steps and the seconds it took. */
export interface PastRun {
  steps: number
  seconds: number
}

// Measured for Freqtrade's sample strategy (docs/benchmarks.md): start and steps per second.
const START_S = 7
const STEPS_PER_S = 11_000

/** Seconds that a run of `steps` may take: by the user's own past runs, else by our benchmark. */
export function estimateSeconds(steps: number, past: readonly PastRun[]): number {
  const rates = past
    .filter((run) => run.steps > 20_000 && run.seconds > START_S)
    .map((run) => run.steps / (run.seconds - START_S))
    .sort((a, b) => a - b)
  const rate = rates[Math.floor(rates.length / 2)] ?? STEPS_PER_S
  return START_S + steps / rate
}

/** "about 12 s". Rough on purpose: a machine may be busy. */
export function estimateText(seconds: number): string {
  const rounded = seconds < 60 ? Math.ceil(seconds / 5) * 5 : Math.ceil(seconds / 30) * 30
  return `about ${formatDuration(rounded)}`
}

/** First and last moment that all of `files` have candles of, or null when there is none. */
export function commonRange(files: readonly Coverage[]): { start: number; until: number } | null {
  if (files.length === 0) return null
  const start = Math.max(...files.map((file) => Date.parse(file.start)))
  const until = Math.min(...files.map((file) => Date.parse(file.until)))
  return start < until ? { start, until } : null
}

/** Warnings about candles that the plan's range lacks, in words; what is true of several pairs once. */
export function coverageWarnings(plan: Plan, files: readonly Coverage[]): string[] {
  const from = dayStart(plan.start)
  const to = dayStart(plan.end) + DAY_MS
  const pairsBySentence = new Map<string, string[]>()
  const tell = (rest: string, pair: string) =>
    pairsBySentence.set(rest, [...(pairsBySentence.get(rest) ?? []), pair])
  for (const file of files) {
    if (Date.parse(file.start) > from) tell(`from ${formatDateTime(file.start)} on`, file.pair)
    if (Date.parse(file.until) < to) tell(`until ${formatDateTime(file.until)}`, file.pair)
  }
  const edges = [...pairsBySentence].map(
    ([rest, pairs]) =>
      `${pairs.length > 2 ? plural(pairs.length, 'pair') : pairs.join(' and ')}: candles only ${rest}.`,
  )
  const gaps = files.flatMap((file) => {
    const missing = file.gaps
      .filter((gap) => Date.parse(gap.until) > from && Date.parse(gap.start) < to)
      .reduce((sum, gap) => sum + gap.candles, 0)
    return missing > 0 ? [`${file.pair}: ${plural(missing, 'candle')} missing.`] : []
  })
  return [...edges, ...gaps]
}
