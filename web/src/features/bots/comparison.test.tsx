import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { BotComparison } from './comparison'
import { botSchema } from './schemas'
import { aBot } from './testing'

const bot = botSchema.parse(aBot())
const side = {
  openedAt: '2026-11-02T08:00:00Z',
  closedAt: '2026-11-02T09:00:00Z',
  amount: '1',
  openRate: '100',
  closeRate: '102',
  fees: '0.1',
  profit: '1.9',
  exitReason: 'exit_signal',
}

function answer(body: object, status = 200) {
  server.use(http.get(`${API}/bots/b1/comparison`, () => HttpResponse.json(body, { status })))
}

test('each difference has its cause, and the causes add up to the difference', async () => {
  answer({
    runId: 'r1',
    start: '2026-11-02T00:00:00Z',
    end: '2026-11-03T00:00:00Z',
    backtest: '2.4',
    live: '1.9',
    total: '-0.5',
    causes: [
      { cause: 'missed_candle', amount: '-0.7' },
      { cause: 'fill_price', amount: '0.2' },
    ],
    items: [
      {
        pair: 'BTC/USDT',
        live: side,
        backtest: { ...side, profit: '1.7' },
        parts: [{ cause: 'fill_price', amount: '0.2' }],
        total: '0.2',
      },
      {
        pair: 'ETH/USDT',
        live: null,
        backtest: { ...side, profit: '0.7' },
        parts: [{ cause: 'missed_candle', amount: '-0.7' }],
        total: '-0.7',
      },
    ],
  })
  await show(<BotComparison bot={bot} runId="r1" />)

  const causes = within(await screen.findByRole('table', { name: /^Causes/ }))
  expect(causes.getByRole('row', { name: /^Missed candle/ })).toHaveTextContent('−0.70 USDT')
  expect(causes.getByRole('row', { name: /^Difference/ })).toHaveTextContent('−0.50 USDT')
  const trades = within(screen.getByRole('table', { name: /^2 trades compared/ }))
  const missed = trades.getByRole('row', { name: /ETH\/USDT/ })
  expect(missed).toHaveTextContent('no such trade')
  expect(missed).toHaveTextContent('Missed candle')
})

test('a backtest of something else is refused with the reason', async () => {
  const detail = 'This backtest is of other pairs, so it says nothing of this bot.'
  answer({ title: 'Invalid', status: 422, code: 'invalid', detail }, 422)
  await show(<BotComparison bot={bot} runId="r1" />)

  expect(await screen.findByText(detail)).toBeVisible()
})
