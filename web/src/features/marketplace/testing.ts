import type { AuthorPage } from './author/api'
import type { Result, Stretch } from './listing/result-schemas'
import type { Listing, ListingVersion, Review } from './schemas'
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
    timeframe: '5m',
    canShort: false,
    tags: ['trend'],
    styles: ['trend-following'],
    access: 'open',
    price: null,
    grade: 'B',
    headline: { profit_total: 0.1, max_drawdown: 0.08, sharpe: 1.4, total_trades: 120 },
    outOfSample: {
      since: '2025-03-01T01:00:00Z',
      until: '2025-03-31T00:00:00Z',
      days: 30,
      trades: 20,
      profit: -0.02,
      drawdown: 0.04,
      sharpe: -0.3,
      isInRange: true,
      buyAndHold: 0.01,
    },
    counts: { users: 12, forks: 3, watchers: 4, reviews: 2, stars: 9 },
    ...change,
  }
}

export function aSearchPage(change: Partial<SearchPage> = {}): SearchPage {
  return {
    items: [aCard()],
    total: 1,
    facets: { ...NO_FACETS, timeframe: [{ value: '5m', count: 1 }] },
    corrected: null,
    suggestions: [],
    nextCursor: null,
    ...change,
  }
}

export const NO_FACETS: SearchPage['facets'] = {
  style: [],
  market: [],
  exchange: [],
  timeframe: [],
  direction: [],
  leverage: [],
  indicator: [],
  tag: [],
  price: [],
  access: [],
  grade: [],
}

const DAY_MS = 86_400_000

function aStretch(start: string, balance: number[], fell: number): Stretch {
  const from = Date.parse(start)
  const last = balance.at(-1) ?? 1000
  return {
    start,
    until: new Date(from + balance.length * DAY_MS).toISOString(),
    wallet: 1000,
    isSimulated: true,
    trades: { total_trades: 6, winrate: 0.5, losses: 3, profit_factor: 1.5 },
    balance: { max_drawdown_account: fell, sharpe: 1, sortino: -100, exposure: 0.4 },
    equity: {
      start: from,
      step: DAY_MS,
      balance,
      buyAndHold: balance.map(() => 1000),
      drawdown: balance.map(() => fell),
    },
    drawdowns: [{ ratio: fell, start: from, low: from + DAY_MS, end: null }],
    pairs: [{ key: 'BTC/USDT', figures: { total_trades: 6, profit_total: last / 1000 - 1 } }],
  }
}

export function aResult(): Result {
  return {
    inSample: aStretch('2025-02-01T00:00:00Z', [1050, 1100], 0.04),
    outOfSample: aStretch('2025-03-01T00:00:00Z', [980, 950], 0.06),
  }
}

export function aReview(change: Partial<Review> = {}): Review {
  return {
    id: 'r1',
    reviewer: 'eve',
    stars: 5,
    text: 'Good.',
    version: 1,
    at: '2025-04-01T00:00:00Z',
    answer: null,
    isHidden: false,
    ...change,
  }
}

export function anAuthor(change: Partial<AuthorPage> = {}): AuthorPage {
  return {
    handle: 'ada',
    name: 'Ada L.',
    about: '',
    createdAt: '2025-01-01T00:00:00Z',
    record: {
      listings: 5,
      withdrawn: 1,
      suspended: 0,
      versions: 6,
      followed: 4,
      failed: 2,
      losing: 1,
      profit: { median: 0.02, low: -0.04, high: 0.09 },
      sharpe: { median: 0.8, low: -0.5, high: 1.9 },
    },
    listings: [aCard()],
    ...change,
  }
}
