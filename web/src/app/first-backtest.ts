import {
  type Coverage,
  type Exchange,
  fetchCoverage,
  fetchExchanges,
  startBacktest,
} from '@/features/new-backtest/api'
import { commonRange, stakeCurrency, toDate, toRequest } from '@/features/new-backtest/plan'
import { EMPTY_PLAN } from '@/features/new-backtest/presets'
import { createStrategy, saveVersion } from '@/features/strategies/api'
import template from '@/features/strategies/templates/trend-filter.py?raw'

import { knownSession, loadAuth } from '@/lib/session'

const DAY_MS = 86_400_000
const DAYS = 60
const TIMEFRAME = '5m'

/** Makes a strategy from a template and starts it on the first exchange with spot pairs. Returns the run's id. */
export async function startFirstBacktest(): Promise<string> {
  const { exchange, files, range } = await firstMarket()
  const strategy = await createStrategy('My first strategy')
  const version = await saveVersion(strategy.id, { code: template, note: 'From a template' })
  const until = Math.floor(range.until / DAY_MS) * DAY_MS
  const plan = {
    ...EMPTY_PLAN,
    strategyId: strategy.id,
    version: version.number,
    exchange: exchange.name,
    pairs: files.map((file) => file.pair),
    timeframe: TIMEFRAME,
    start: toDate(Math.max(range.start, until - DAYS * DAY_MS)),
    end: toDate(until - DAY_MS),
  }
  return startBacktest(toRequest(plan, undefined), crypto.randomUUID())
}

interface Market {
  exchange: Exchange
  files: Coverage[]
  range: { start: number; until: number }
}

async function firstMarket(): Promise<Market> {
  const exchanges = await fetchExchanges()
  if (exchanges.length === 0) throw new Error('There are no candles here yet.')
  for (const exchange of exchanges) {
    const { items } = await fetchCoverage(exchange.name)
    const files = usable(items)
    const range = commonRange(files)
    if (range !== null) return { exchange, files, range }
  }
  throw new Error('There are no candles that every pair has.')
}

/** The spot pairs of the most common stake currency. */
function usable(files: readonly Coverage[]): Coverage[] {
  const spot = files.filter((file) => file.candleType === 'spot' && file.timeframe === TIMEFRAME)
  const counts = new Map<string, number>()
  for (const { pair } of spot) {
    counts.set(stakeCurrency(pair), (counts.get(stakeCurrency(pair)) ?? 0) + 1)
  }
  const [currency] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? []
  return spot.filter((file) => stakeCurrency(file.pair) === currency)
}

/**
 * Signs in as a guest and starts a first backtest. Somebody who is signed in already keeps the session:
 * then nothing is started, and null is returned.
 */
export async function startAsGuest(): Promise<string | null> {
  const session = await knownSession()
  if (session.status === 'signedIn') return null
  await (await loadAuth()).signInAsGuest()
  return startFirstBacktest()
}
