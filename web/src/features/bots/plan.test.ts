import { expect, test } from 'vitest'

import { botForm, EMPTY_BOT, pairsOf, toRequest } from './plan'

const PLAN = {
  ...EMPTY_BOT,
  name: 'Swing',
  strategyId: 's1',
  venue: 'binance',
  pairs: 'btc/usdt, ETH/USDT\nBTC/USDT',
}

function complaints(change: Partial<typeof PLAN>): Record<string, string> {
  const parsed = botForm.safeParse({ ...PLAN, ...change })
  if (parsed.success) return {}
  return Object.fromEntries(
    parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message]),
  )
}

test('pairs are read as people write them', () => {
  expect(pairsOf(PLAN.pairs)).toEqual(['BTC/USDT', 'ETH/USDT'])
  expect(pairsOf(' ; ')).toEqual([])
})

test('a plan that is complete has nothing to complain of', () => {
  expect(complaints({})).toEqual({})
})

test.each([
  [{ name: ' ' }, 'name'],
  [{ pairs: '' }, 'pairs'],
  [{ pairs: 'BTCUSDT' }, 'pairs'],
  [{ pairs: 'BTC/USDT, ETH/EUR' }, 'pairs'],
  [{ stake: 'fixed' as const, stakeAmount: '0' }, 'stakeAmount'],
  [{ mode: 'live' as const }, 'exchangeKeyId'],
  [{ maxDrawdownPercent: '120' }, 'maxDrawdownPercent'],
  [{ maxDailyLoss: '-5' }, 'maxDailyLoss'],
  [{ wallet: 'much' }, 'wallet'],
])('%j is told beside its field', (change, field) => {
  expect(Object.keys(complaints(change))).toEqual([field])
})

test('amounts stay decimal texts and empty limits become none', () => {
  const request = toRequest({ ...PLAN, stake: 'fixed', stakeAmount: '0.10', maxDailyLoss: '' })

  expect(request.stakeAmount).toBe('0.10')
  expect(request.limits).toMatchObject({ maxDailyLoss: null, maxDrawdown: 0.2 })
  expect(request).not.toHaveProperty('exchangeKeyId')
})

test('a key goes with real money only', () => {
  const plan = { ...PLAN, exchangeKeyId: 'k1' }

  expect(toRequest(plan)).not.toHaveProperty('exchangeKeyId')
  expect(toRequest({ ...plan, mode: 'live' })).toMatchObject({ exchangeKeyId: 'k1' })
})
