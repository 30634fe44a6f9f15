import type { Part, Result } from './listing/result-schemas'
import type { Listing, ListingVersion } from './schemas'
import type { Card, SearchPage } from './search/api'

export function aVersion(change: Partial<ListingVersion> = {}): ListingVersion {
  return {
    number: 1,
    className: 'Trend',
    strategyVersion: null,
    spec: {
      exchange: 'simulated',
      pairs: ['BTC/USDT', 'ETH/USDT'],
      timeframe: '5m',
      start: '2025-02-01T00:00:00Z',
      end: '2025-02-21T00:00:00Z',
      tradingMode: 'spot',
      stakeCurrency: 'USDT',
      stakeAmount: '200',
      wallet: '1000',
      maxOpenTrades: 3,
    },
    canShort: false,
    sentence: 'Buys when the trend rises.',
    notes: '',
    createdAt: '2025-03-01T00:00:00Z',
    publishedAt: '2025-03-01T01:00:00Z',
    verdict: {
      state: 'done',
      grade: 'B',
      isPublishable: true,
      headline: { total_trades: 120, final_balance: 1100, sharpe: 1.4, max_drawdown: 0.08 },
      message: '',
    },
    outOfSample: null,
    ...change,
  }
}

export function aListing(change: Partial<Listing> = {}): Listing {
  return {
    id: 'l1',
    author: 'ada',
    title: 'Steady trend',
    summary: 'Follows the trend of large coins.',
    description: '## How\n\nIt **waits**, see [the paper](https://example.org/paper).',
    tags: ['trend'],
    visibility: 'public',
    access: 'open',
    licence: 'MIT',
    price: null,
    standing: 'published',
    createdAt: '2025-03-01T00:00:00Z',
    updatedAt: '2025-03-01T01:00:00Z',
    publishedAt: '2025-03-01T01:00:00Z',
    currentVersion: 1,
    latestVersion: null,
    strategyId: null,
    version: aVersion(),
    ancestor: null,
    counts: { users: 12, forks: 3, watchers: 4, reviews: 2, stars: 9 },
    rights: ['see', 'read_code', 'run', 'fork', 'report', 'watch'],
    isWatching: false,
    ...change,
  }
}

export function aCard(change: Partial<Card> = {}): Card {
  return {
    id: 'l1',
    title: 'Steady trend',
    summary: 'Follows the trend of large coins.',
    author: 'ada',
    exchange: 'simulated',
    pairs: ['BTC/USDT', 'ETH/USDT'],
    pairCount: 2,
    timeframe: '5m',
    canShort: false,
    tags: ['trend'],
    access: 'open',
    price: null,
    grade: 'B',
    inSample: { profit: 0.1, drawdown: 0.08, sharpe: 1.4, trades: 120 },
    outOfSample: { days: 30, profit: -0.02, drawdown: 0.04, sharpe: -0.3, isInRange: true },
    counts: { users: 12, forks: 3, watchers: 4, reviews: 2, stars: 9 },
    publishedAt: '2025-03-01T01:00:00Z',
    spark: { values: [1, 1.05, 1.1, 1.08], since: 2 },
    ...change,
  }
}

export function aSearchPage(change: Partial<SearchPage> = {}): SearchPage {
  return {
    items: [aCard()],
    total: 1,
    facets: [{ name: 'timeframe', values: [{ value: '5m', count: 1 }] }],
    suggestions: [],
    nextCursor: null,
    ...change,
  }
}

const DAY_MS = 86_400_000

function aPart(start: string, balance: number[], fell: number): Part {
  const from = Date.parse(start)
  const last = balance.at(-1) ?? 1000
  return {
    summary: {
      period: {
        start,
        end: new Date(from + balance.length * DAY_MS).toISOString(),
        days: balance.length,
        startingBalance: 1000,
        finalBalance: last,
      },
      verified: {
        closedTrades: { total_trades: 6, winrate: 0.5, losses: 3, profit_factor: 1.5 },
        balance: { max_drawdown_account: fell, sharpe: 1, sortino: -100, exposure: 0.4 },
        tables: {
          pairs: [{ key: 'BTC/USDT', figures: { total_trades: 6, profit_total: last / 1000 - 1 } }],
        },
      },
    },
    equity: {
      start: from,
      step: DAY_MS,
      balance,
      buyAndHold: balance.map(() => 1000),
      drawdown: balance.map(() => fell),
      drawdowns: [{ amount: 40, ratio: fell, start: from, low: from + DAY_MS, end: null }],
    },
  }
}

export function aResult(): Result {
  return {
    inSample: aPart('2025-02-01T00:00:00Z', [1050, 1100], 0.04),
    outOfSample: aPart('2025-03-01T00:00:00Z', [980, 950], 0.06),
  }
}
