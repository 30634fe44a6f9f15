import type { z } from 'zod'

import type { botSchema } from './schemas'

/** A bot as the API sends it; amounts are decimal texts. */
export function aBot(change: Partial<z.input<typeof botSchema>> = {}): z.input<typeof botSchema> {
  return {
    id: 'b1',
    name: 'Swing',
    mode: 'paper',
    strategy: { id: 's1', name: 'Momentum', version: 2, listed: null },
    verifiedBy: 'r1',
    venue: 'simulated',
    pairs: ['BTC/USDT', 'ETH/USDT'],
    timeframe: '5m',
    stakeCurrency: 'USDT',
    stakeAmount: '100',
    maxOpenTrades: 3,
    wallet: '1000',
    limits: {
      maxDailyLoss: '50',
      maxDrawdown: 0.2,
      maxOpenStake: null,
      maxOrderStake: null,
      maxOrdersPerMinute: 30,
      maxPriceDeviation: 0.05,
      pairs: ['BTC/USDT', 'ETH/USDT'],
      closeAll: false,
    },
    blacklist: [],
    alerts: ['started', 'stopped'],
    exchangeKeyId: null,
    wanted: 'running',
    operation: { kind: 'none', since: null, error: '' },
    phase: 'running',
    figures: {
      balance: '1012.5',
      free: '812.5',
      openStake: '200',
      dayProfit: '12.5',
      drawdown: 0.013,
      ordersToday: 4,
      openTrades: [
        {
          number: 7,
          pair: 'BTC/USDT',
          openedAt: '2026-11-02T08:00:00Z',
          amount: '0.002',
          stake: '200',
          openRate: '100000',
          rate: '101000',
          profit: '2',
          profitRatio: 0.01,
          stop: '95000',
          tag: 'dip',
        },
      ],
      decisions: [
        {
          pair: 'ETH/USDT',
          candle: '2026-11-02T08:25:00Z',
          outcome: 'held_back',
          reason: 'There was a signal, but a loss limit holds entries back.',
        },
      ],
      logTail: 'a line of the log',
    },
    lastSeenAt: '2026-11-02T08:30:00Z',
    silentSince: null,
    takesSignals: false,
    createdAt: '2026-11-01T00:00:00Z',
    ...change,
  }
}
