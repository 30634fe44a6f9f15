import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { NewBacktestForm } from './new-backtest-form'
import type { Plan } from './plan'
import { EMPTY_PLAN, fractionToPercent, planOf } from './presets'

const EXCHANGES = [
  {
    name: 'binance',
    title: 'Binance',
    isSimulated: false,
    note: '',
    revision: 'r',
    pairs: 2,
    timeframes: ['5m'],
  },
]
const STRATEGIES = [{ id: 's1', name: 'Momentum', latestVersion: 2 }]
const PLAN: Plan = {
  ...EMPTY_PLAN,
  strategyId: 's1',
  version: 2,
  exchange: 'binance',
  pairs: ['ETH/BTC'],
  start: '2018-01-11',
  end: '2018-01-20',
  wallet: '1',
}

function file(pair: string, candleType = 'spot'): object {
  return {
    pair,
    timeframe: candleType === 'mark' ? '1h' : '5m',
    candleType,
    start: '2018-01-10T00:00:00Z',
    until: '2018-01-30T00:00:00Z',
    candles: 5760,
    missingCandles: 0,
    findings: [],
    tickSizes: null,
    listing: null,
    gaps: [],
  }
}

async function open(initial = PLAN, repeated: Plan | null = null) {
  const onStarted = vi.fn()
  await show(
    <NewBacktestForm
      exchanges={EXCHANGES}
      strategies={STRATEGIES}
      parameterSets={[]}
      ownTimeframe={null}
      initial={initial}
      repeated={repeated}
      past={[]}
      onStrategy={() => undefined}
      onStarted={onStarted}
    />,
  )
  await screen.findByRole('checkbox', { name: /LTC\/BTC/ })
  return onStarted
}

beforeEach(() => {
  server.use(
    http.get(`${API}/market-data/exchanges/binance/coverage`, () =>
      HttpResponse.json({
        exchange: 'binance',
        revision: 'r',
        isSimulated: false,
        items: [file('ETH/BTC'), file('LTC/BTC')],
      }),
    ),
  )
})

test('an exchange with futures alone offers these, and no mark prices', async () => {
  const pair = 'LTC/USDT:USDT'
  server.use(
    http.get(`${API}/market-data/exchanges/binance/coverage`, () =>
      HttpResponse.json({
        exchange: 'binance',
        revision: 'r',
        isSimulated: false,
        items: [file(pair, 'futures'), file(pair, 'mark'), file(pair, 'funding_rate')],
      }),
    ),
  )
  await show(
    <NewBacktestForm
      exchanges={EXCHANGES}
      strategies={STRATEGIES}
      parameterSets={[]}
      ownTimeframe={null}
      initial={{ ...PLAN, pairs: [] }}
      repeated={null}
      past={[]}
      onStrategy={() => undefined}
      onStarted={() => undefined}
    />,
  )

  expect(await screen.findByRole('checkbox', { name: /LTC\/USDT:USDT/ })).toBeInTheDocument()
  const market = screen.getByRole('combobox', { name: 'Market' })
  expect(market).toHaveValue('futures')
  expect(within(market).getAllByRole('option')).toHaveLength(1)
  const timeframe = screen.getByRole('combobox', { name: 'Timeframe' })
  expect(within(timeframe).getAllByRole('option')).toHaveLength(1)
})

describe('the form', () => {
  test('says what will be run and starts it', async () => {
    const keys: (string | null)[] = []
    server.use(
      http.post(`${API}/backtests`, ({ request }) => {
        keys.push(request.headers.get('Idempotency-Key'))
        return HttpResponse.json({ id: 'r1' }, { status: 202 })
      }),
    )
    const onStarted = await open()
    await userEvent.click(screen.getByRole('checkbox', { name: /LTC\/BTC/ }))

    const summary = within(screen.getByRole('complementary'))
    expect(summary.getByText(/Run Momentum version 2 on 2 pairs of Binance/)).toBeVisible()
    await userEvent.click(summary.getByRole('button', { name: 'Run the backtest' }))

    await vi.waitFor(() =>
      expect(onStarted).toHaveBeenCalledWith('r1', expect.anything(), undefined, expect.anything()),
    )
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('asks for the engine that was chosen', async () => {
    const asked: unknown[] = []
    server.use(
      http.post(`${API}/backtests`, async ({ request }) => {
        asked.push(await request.json())
        return HttpResponse.json({ id: 'r1' }, { status: 202 })
      }),
    )
    const onStarted = await open()
    await userEvent.selectOptions(screen.getByLabelText('Engine'), 'stock')
    await userEvent.click(screen.getByRole('button', { name: 'Run the backtest' }))

    await vi.waitFor(() => expect(onStarted).toHaveBeenCalled())
    expect(asked).toEqual([expect.objectContaining({ loop: 'stock' })])
  })

  test('keeps its values and its key when starting fails', async () => {
    const keys = new Set<string | null>()
    server.use(
      http.post(`${API}/backtests`, ({ request }) => {
        keys.add(request.headers.get('Idempotency-Key'))
        const problem = { title: 'Too many', status: 429, detail: '4 backtests are in progress.' }
        return HttpResponse.json(problem, { status: 429 })
      }),
    )
    await open()
    await userEvent.click(screen.getByRole('button', { name: 'Run the backtest' }))
    expect(await screen.findByRole('alert')).toHaveTextContent('4 backtests are in progress.')
    await userEvent.click(screen.getByRole('button', { name: 'Run the backtest' }))

    expect(screen.getByLabelText('Money to start with')).toHaveValue('1')
    expect(keys.size).toBe(1)
  })

  test('tells beside the fields what is missing', async () => {
    await open({ ...PLAN, wallet: '' })
    await userEvent.click(screen.getByRole('button', { name: 'None' }))
    await userEvent.click(screen.getByRole('button', { name: 'Run the backtest' }))

    expect(await screen.findByText('Choose at least one pair.')).toBeVisible()
    expect(screen.getByText('Enter the money to start with, above zero.')).toBeVisible()
  })

  test('finds pairs by their name', async () => {
    await open()
    await userEvent.type(screen.getByLabelText('Search pairs'), 'ltc')

    expect(screen.queryByRole('checkbox', { name: /ETH\/BTC/ })).toBeNull()
    expect(screen.getByRole('checkbox', { name: /LTC\/BTC/ })).toBeVisible()
  })

  test('names what a repeated run changes', async () => {
    await open(PLAN, PLAN)
    expect(screen.getByText(/Nothing differs/)).toBeVisible()
    await userEvent.type(screen.getByLabelText('Money to start with'), '0')

    expect(screen.getByText('Differs from the run before in: money.')).toBeVisible()
  })
})

test('an earlier run becomes a plan whose last day is the day before its end', () => {
  const plan = planOf({
    strategy: { id: 's1', version: 2 },
    spec: {
      exchange: 'binance',
      pairs: ['ETH/BTC'],
      timeframe: '5m',
      timeframeDetail: null,
      start: '2018-01-11T00:00:00Z',
      end: '2018-01-21T00:00:00Z',
      stakeAmount: null,
      wallet: '1',
      maxOpenTrades: 5,
      fee: '0.00075',
      enableProtections: false,
      tradingMode: 'spot',
    },
  })

  expect(plan).toEqual({ ...PLAN, feePercent: '0.075' })
})

test.each([
  ['0.001', '0.1'],
  ['0', '0'],
  ['0.1', '10'],
  ['0.015', '1.5'],
])('the fraction %s is %s percent, exactly', (fraction, percent) => {
  expect(fractionToPercent(fraction)).toBe(percent)
})
