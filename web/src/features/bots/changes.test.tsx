import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { ChangeBot } from './change-bot'
import { PairList } from './pair-list'
import { botSchema } from './schemas'
import { aBot } from './testing'

const asked: { path: string; body: unknown }[] = []
const parsed = (change: Parameters<typeof aBot>[0] = {}) => botSchema.parse(aBot(change))

beforeEach(() => {
  asked.length = 0
  const listen = async ({ request }: { request: Request }) => {
    asked.push({ path: new URL(request.url).pathname, body: await request.json() })
    return HttpResponse.json(aBot())
  }
  const paths = ['blacklist', 'allow', 'update'].map((verb) => `${API}/bots/b1/${verb}`)
  server.use(
    ...paths.map((path) => http.post(path, listen)),
    http.patch(`${API}/bots/b1`, listen),
    http.get(`${API}/bots/b1/commands`, () => HttpResponse.json({ items: [] })),
  )
})

test('a pair is taken from the bot, and another one given back', async () => {
  await show(<PairList bot={parsed({ blacklist: ['ETH/USDT'] })} />)

  await userEvent.click(screen.getByRole('button', { name: 'Blacklist BTC/USDT' }))
  await waitFor(() => expect(asked).toHaveLength(1))
  await userEvent.click(screen.getByRole('button', { name: 'Allow ETH/USDT' }))

  await waitFor(() =>
    expect(asked).toEqual([
      { path: '/api/v1/bots/b1/blacklist', body: { pair: 'BTC/USDT' } },
      { path: '/api/v1/bots/b1/allow', body: { pair: 'ETH/USDT' } },
    ]),
  )
})

test('limits are changed and what the form does not show stays', async () => {
  await show(<ChangeBot bot={parsed({ mode: 'live' })} latestVersion={2} />)

  await userEvent.click(screen.getByRole('button', { name: 'Limits…' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Limits of Swing' }))
  expect(dialog.getByLabelText('Drawdown at most')).toHaveValue('20')
  await userEvent.clear(dialog.getByLabelText('Loss in a day at most'))
  await userEvent.type(dialog.getByLabelText('Bound at most'), '500')
  await userEvent.click(dialog.getByRole('button', { name: 'Change the limits' }))

  await waitFor(() => expect(asked).toHaveLength(1))
  expect(asked[0]?.body).toEqual({
    limits: {
      maxDailyLoss: null,
      maxDrawdown: 0.2,
      maxOpenStake: '500',
      maxOrderStake: null,
      maxOrdersPerMinute: 30,
      maxPriceDeviation: 0.05,
      pairs: ['BTC/USDT', 'ETH/USDT'],
      closeAll: false,
    },
  })
})

test('a limit that is none is refused before it is sent', async () => {
  await show(<ChangeBot bot={parsed()} latestVersion={2} />)

  await userEvent.click(screen.getByRole('button', { name: 'Limits…' }))
  await userEvent.type(screen.getByLabelText('Bound at most'), '-1')
  await userEvent.click(screen.getByRole('button', { name: 'Change the limits' }))

  expect(await screen.findByText('Enter an amount above zero, or nothing.')).toBeVisible()
  expect(asked).toEqual([])
})

test('another version goes into a bot with real money only with its name', async () => {
  await show(<ChangeBot bot={parsed({ mode: 'live' })} latestVersion={3} />)
  expect(screen.getByText('Version 3 of Momentum is there.')).toBeVisible()

  await userEvent.click(screen.getByRole('button', { name: 'Strategy version…' }))
  const dialog = within(screen.getByRole('dialog'))
  const update = dialog.getByRole('button', { name: 'Update the bot' })
  expect(update).toBeDisabled()
  await userEvent.type(dialog.getByRole('textbox'), 'Swing')
  await userEvent.click(update)

  await waitFor(() =>
    expect(asked).toEqual([
      { path: '/api/v1/bots/b1/update', body: { version: 3, confirmName: 'Swing' } },
    ]),
  )
})

test('a version without a verified backtest is refused with the reason', async () => {
  server.use(
    http.post(`${API}/bots/b1/update`, () =>
      HttpResponse.json(
        { title: 'Invalid', status: 422, code: 'invalid', detail: 'Run it as a backtest first.' },
        { status: 422 },
      ),
    ),
  )
  await show(<ChangeBot bot={parsed()} latestVersion={3} />)

  await userEvent.click(screen.getByRole('button', { name: 'Strategy version…' }))
  await userEvent.click(screen.getByRole('button', { name: 'Update the bot' }))

  expect(await screen.findByText('Run it as a backtest first.')).toBeVisible()
})
