import { expect, test } from 'vitest'

import { drawnTrades, lastMoment, spanOf } from './chart-model'
import { botSchema, type ClosedTrade } from './schemas'
import { aBot } from './testing'

const CANDLE = 300_000
const bot = botSchema.parse(aBot())
const closed = (change: Partial<ClosedTrade> = {}): ClosedTrade => ({
  number: 3,
  pair: 'ETH/USDT',
  openedAt: '2026-11-01T10:01:00Z',
  closedAt: '2026-11-01T11:02:00Z',
  amount: 1,
  stake: 100,
  openRate: 100,
  closeRate: 101,
  fees: 0.2,
  profit: 0.8,
  profitRatio: 0.008,
  tag: '',
  exitReason: 'roi',
  ...change,
})

test('open and closed trades are drawn, each once', () => {
  const drawn = drawnTrades(bot, [closed(), closed({ number: 7, pair: 'BTC/USDT' })])

  expect(drawn.map(({ number, closedAt }) => [number, closedAt !== null])).toEqual([
    [3, true],
    [7, true],
  ])
  expect(drawnTrades(bot, [closed()]).at(-1)).toMatchObject({
    number: 7,
    closedAt: null,
    lastStop: 95_000,
    enterTag: 'dip',
  })
})

test('the chart ends with the last closed candle, not with what the store has', () => {
  const trades = drawnTrades(bot, [closed()])
  const last = lastMoment(bot, trades, CANDLE)

  expect(last).toBe(Date.parse('2026-11-02T08:30:00Z'))
  expect(spanOf(last ?? 0, trades, CANDLE)).toEqual({
    start: Date.parse('2026-10-31T10:00:00Z'),
    end: Date.parse('2026-11-02T08:30:00Z'),
  })
})

test('a bot that has traded for long shows its last month', () => {
  const last = Date.parse('2026-11-02T08:30:00Z')
  const trades = drawnTrades(bot, [closed({ openedAt: '2026-01-01T00:00:00Z' })])

  expect(last - spanOf(last, trades, CANDLE).start).toBe(31 * 86_400_000)
})

test('before its first candle there is nothing to draw', () => {
  expect(lastMoment(botSchema.parse(aBot({ figures: null })), [], CANDLE)).toBeNull()
})
