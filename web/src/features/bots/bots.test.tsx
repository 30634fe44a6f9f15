import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { BotActions } from './bot-actions'
import { BotFigures } from './bot-figures'
import { BotList } from './bot-list'
import { ClosedTrades } from './closed-trades'
import { Decisions } from './decisions'
import { Events } from './events'
import { OpenTrades } from './open-trades'
import { Orders } from './orders'
import { botSchema } from './schemas'
import { aBot } from './testing'
import { standingOf } from './words'

const asked: { path: string; body: unknown }[] = []

function listen(path: string, answer: object) {
  return http.post(`${API}${path}`, async ({ request }) => {
    asked.push({ path, body: await request.json().catch(() => null) })
    return HttpResponse.json(answer)
  })
}

beforeEach(() => {
  asked.length = 0
  server.use(
    http.get(`${API}/bots`, () =>
      HttpResponse.json({
        items: [
          aBot({ mode: 'live' }),
          aBot({ id: 'b2', name: 'Old', mode: 'signals', wanted: 'stopped' }),
        ],
      }),
    ),
    http.get(`${API}/bots/b1/commands`, () => HttpResponse.json({ items: [] })),
    listen('/bots/stop-all', { items: [] }),
    listen('/bots/b1/pause', aBot({ wanted: 'paused', phase: 'paused' })),
    listen('/bots/b1/start', aBot()),
    listen('/bots/b1/stop', aBot({ wanted: 'stopped' })),
    listen('/bots/b1/force-exit', {
      id: 'c1',
      verb: 'force_exit',
      pair: '',
      trade: 7,
      at: '2026-11-02T08:31:00Z',
      state: 'pending',
      message: '',
    }),
  )
})

const parsed = (change: Parameters<typeof aBot>[0] = {}) => botSchema.parse(aBot(change))

test('bots stand side by side with their figures', async () => {
  await show(<BotList />)

  const row = within(await screen.findByRole('row', { name: /Swing/ }))
  expect(row.getByText('Running')).toBeVisible()
  expect(row.getByText('Real money')).toBeVisible()
  expect(row.getByText('1,012.50 USDT')).toBeVisible()
  expect(row.getByText(/\+12\.50 USDT/)).toBeVisible()
  expect(screen.getByText('2 bots')).toBeVisible()
  const signals = within(screen.getByRole('row', { name: /Old/ }))
  expect(signals.queryByText(/\+12\.50 USDT/)).not.toBeInTheDocument()
})

test('one switch stops all that run, after a question', async () => {
  await show(<BotList />)

  await userEvent.click(await screen.findByRole('button', { name: 'Stop all' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Stop all bots' }))
  expect(dialog.getByText(/1 bot will stop: Swing/)).toBeVisible()
  await userEvent.click(dialog.getByRole('switch'))
  await userEvent.click(dialog.getByRole('button', { name: 'Stop all bots' }))

  await waitFor(() => expect(asked).toEqual([{ path: '/bots/stop-all', body: { close: true } }]))
})

test('real money starts only after its name was typed', async () => {
  await show(<BotActions bot={parsed({ mode: 'live', wanted: 'stopped', phase: null })} />)

  await userEvent.click(screen.getByRole('button', { name: 'Start with real money' }))
  const dialog = within(screen.getByRole('dialog'))
  const start = dialog.getByRole('button', { name: 'Start with real money' })
  expect(start).toBeDisabled()
  await userEvent.type(dialog.getByRole('textbox'), 'Swing')
  await userEvent.click(start)

  await waitFor(() =>
    expect(asked).toEqual([{ path: '/bots/b1/start', body: { confirmName: 'Swing' } }]),
  )
})

test('paper money starts at once', async () => {
  await show(<BotActions bot={parsed({ wanted: 'stopped', phase: null })} />)

  await userEvent.click(screen.getByRole('button', { name: 'Start' }))

  await waitFor(() => expect(asked.map(({ path }) => path)).toEqual(['/bots/b1/start']))
})

test('a running bot is paused, or stopped with a word on what it holds', async () => {
  await show(<BotActions bot={parsed()} />)

  await userEvent.click(screen.getByRole('button', { name: 'Pause entries' }))
  await waitFor(() => expect(asked.map(({ path }) => path)).toEqual(['/bots/b1/pause']))
  await userEvent.click(screen.getByRole('button', { name: 'Stop' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Stop Swing' }))
  expect(dialog.getByText(/It has 1 open trade\./)).toBeVisible()
  await userEvent.click(dialog.getByRole('button', { name: 'Stop the bot' }))

  await waitFor(() =>
    expect(asked.at(-1)).toEqual({ path: '/bots/b1/stop', body: { close: false } }),
  )
})

test('an open trade can be left by hand', async () => {
  await show(<OpenTrades bot={parsed()} />)

  await userEvent.click(screen.getByRole('button', { name: 'Exit BTC/USDT, trade 7' }))

  await waitFor(() => expect(asked).toEqual([{ path: '/bots/b1/force-exit', body: { trade: 7 } }]))
})

test('figures stand beside their limits', async () => {
  await show(<BotFigures bot={parsed({ mode: 'live' })} />)

  expect(screen.getByText('stops buying at −50.00 USDT')).toBeVisible()
  expect(screen.getByText('limit 20.00 %')).toBeVisible()
  expect(screen.getByText(/1 of 3 trades, 300\.00 USDT at most/)).toBeVisible()
})

test('paper money is counted as an exchange’s is', async () => {
  await show(<BotFigures bot={parsed()} />)

  expect(screen.getByText('Orders today')).toBeVisible()
  expect(screen.getByText('stops buying at −50.00 USDT')).toBeVisible()
})

test('signals show what is counted of them, and no more', async () => {
  await show(<BotFigures bot={parsed({ mode: 'signals' })} />)

  expect(screen.getByText('of open trades')).toBeVisible()
  expect(screen.queryByText('Orders today')).not.toBeInTheDocument()
})

test('the page says why nothing was traded', async () => {
  await show(<Decisions bot={parsed()} />)

  expect(screen.getByText('Held back')).toBeVisible()
  expect(screen.getByText(/a loss limit holds entries back/)).toBeVisible()
})

test('an order shows what was intended and what became of it', async () => {
  server.use(
    http.get(`${API}/bots/b1/orders`, () =>
      HttpResponse.json({
        items: [
          {
            clientOrderId: 'cw-aa-1-1',
            pair: 'BTC/USDT',
            side: 'buy',
            type: 'stop_loss_limit',
            purpose: 'entry',
            amount: '0.002',
            price: '100000',
            state: 'lost',
            filled: '0',
            cost: '0',
            fee: '0',
            feeCurrency: '',
            message: 'It never arrived.',
            updatedAt: null,
          },
        ],
        nextCursor: null,
      }),
    ),
  )
  await show(<Orders bot={parsed({ wanted: 'stopped' })} />)

  const row = within(await screen.findByRole('row', { name: /Entry BTC\/USDT/ }))
  expect(row.getByText('never arrived')).toBeVisible()
  expect(row.getByText(/buy stop loss limit, cw-aa-1-1/)).toBeVisible()
})

test('closed trades tell why they were closed and what was left', async () => {
  server.use(
    http.get(`${API}/bots/b1/trades`, () =>
      HttpResponse.json({
        items: [
          {
            number: 3,
            pair: 'ETH/USDT',
            openedAt: '2026-11-02T08:00:00Z',
            closedAt: '2026-11-02T09:30:00Z',
            amount: '0.1',
            stake: '200',
            openRate: '2000',
            closeRate: '1990',
            fees: '0.4',
            profit: '-1.4',
            profitRatio: -0.007,
            tag: '',
            exitReason: 'stop_loss',
          },
        ],
        nextCursor: null,
      }),
    ),
  )
  await show(<ClosedTrades bot={parsed({ wanted: 'stopped' })} />)

  const row = within(await screen.findByRole('row', { name: /ETH\/USDT/ }))
  expect(row.getByText('stop loss')).toBeVisible()
  expect(row.getByText('after 1 h 30 min')).toBeVisible()
  expect(row.getByText('−1.40 USDT')).toBeVisible()
})

test('what happened is told in words', async () => {
  server.use(
    http.get(`${API}/bots/b1/events`, () =>
      HttpResponse.json({
        items: [
          {
            id: 'e1',
            kind: 'limit_reached',
            at: '2026-11-02T09:30:00Z',
            text: 'Today’s loss has reached the limit.',
            pair: '',
          },
        ],
        nextCursor: null,
      }),
    ),
  )
  await show(<Events bot={parsed({ wanted: 'stopped' })} />)

  expect(await screen.findByText('Limit reached')).toBeVisible()
  expect(screen.getByText('Today’s loss has reached the limit.')).toBeVisible()
})

test.each([
  [{ operation: { kind: 'starting' as const }, phase: null }, 'Starting'],
  [{ operation: { kind: 'stopping' as const } }, 'Stopping'],
  [{ wanted: 'stopped' as const }, 'Stopped'],
  [{ silentSince: '2026-11-02T08:00:00Z' }, 'Silent'],
  [{ phase: 'held' as const }, 'Limit reached'],
  [{ phase: 'reconciling' as const }, 'Comparing books'],
])('%j reads %s', (change, text) => {
  const bot = {
    wanted: 'running' as const,
    phase: 'running' as const,
    operation: { kind: 'none' as const },
    silentSince: null,
  }
  expect(standingOf({ ...bot, ...change }).text).toBe(text)
})
