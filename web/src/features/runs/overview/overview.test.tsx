import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { sum } from '../metrics/stats'

import certificate from '../testing/everything/certificate.json'
import { everything, futures } from '../testing/results'
import { aRun } from '../testing/runs'
import { certificateSchema, type Funding } from './certificate'
import { costCurve } from './cost'
import { Overview } from './overview'
import { byHour } from './period-panels'
import { monthlyReturns, rollingSharpe } from './series'

// uPlot draws on a canvas, which jsdom has not: it is replaced at that edge and says what it was given.
const drawn = vi.hoisted(() => ({ made: 0, moved: [] as { min: number; max: number }[] }))
vi.mock('uplot', () => ({
  default: class {
    over = document.createElement('div')
    constructor() {
      drawn.made += 1
    }
    setScale(_name: string, range: { min: number; max: number }) {
      drawn.moved.push(range)
    }
    setSize = () => undefined
    destroy = () => undefined
  },
}))

beforeEach(() => {
  drawn.made = 0
  drawn.moved = []
  server.use(
    http.get(`${API}/backtests/r1/certificate`, () => HttpResponse.json(certificate)),
    http.get(`${API}/backtests/r1/equity`, () => new Promise(() => undefined)),
  )
})

test('a drawdown that is pressed is shown in all charts, without drawing them anew', async () => {
  await show(<Overview run={aRun()} {...futures} />)
  const table = screen.getByRole('table', { name: 'The five deepest drawdowns' })
  // A chart's element is in the page before its effect has drawn it: balance, drawdown and rolling Sharpe ratio.
  await waitFor(() => expect(drawn.made).toBe(3))

  await userEvent.click(within(table).getAllByRole('button')[0] ?? table)

  const shown = drawn.moved.at(-1)
  const fall = futures.equity.drawdowns[0]
  expect(shown?.min).toBeLessThanOrEqual((fall?.start ?? 0) / 1000)
  expect(shown?.max).toBeGreaterThanOrEqual((fall?.low ?? 0) / 1000)
  expect(drawn.made).toBe(3)
  expect(screen.getByRole('button', { name: 'Show all' })).toBeVisible()
})

test('the balance has a table twin with a line a day', async () => {
  await show(<Overview run={aRun()} {...futures} />)

  await userEvent.click(screen.getByText('As a table, day by day'))

  const table = await screen.findByRole('table', { name: 'Balance at the end of each day' })
  expect(within(table).getAllByRole('row')).toHaveLength(futures.equity.days.closedAt.length + 1)
})

test('the certificate says whether trades rest on bad data', async () => {
  await show(<Overview run={aRun()} {...everything} />)

  expect(await screen.findByText('No trade rests on bad data')).toBeVisible()
  expect(certificateSchema.parse(certificate).affectedTrades).toEqual([])
})

const STRETCH = { file: null, first: 0, last: 1, expected: 24, missing: 0, gapCount: 0, gaps: [] }
const SOUND = { due: 24, uncounted: 0, atOlderPrice: 0, rates: STRETCH, markPrices: STRETCH }
const DAY = 86_400_000

function withFunding(changes: Partial<Funding>, rest: object = {}) {
  const [pair] = certificate.pairs
  const answer = {
    ...certificate,
    pairs: [{ ...pair, funding: { ...SOUND, ...changes } }],
    ...rest,
  }
  server.use(http.get(`${API}/backtests/r1/certificate`, () => HttpResponse.json(answer)))
}

test('spot has no funding in its certificate', async () => {
  await show(<Overview run={aRun()} {...everything} />)

  await screen.findByText('No trade rests on bad data')
  expect(screen.queryByText(/funding payment/u)).toBeNull()
  expect(screen.queryByRole('table', { name: /Funding/u })).toBeNull()
})

test('sound funding is shown without a warning', async () => {
  withFunding({})

  await show(<Overview run={aRun()} {...futures} />)

  const table = await screen.findByRole('table', { name: /Funding/u })
  expect(
    within(table)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual([...['24', '0', '–', '0', '0', '0']])
  expect(screen.queryByText(/could not be counted/u)).toBeNull()
})

test('funding that Freqtrade took as 0 is told, with the profit of the trades it concerns', async () => {
  const gap = { start: 20 * DAY, until: 22 * DAY, missing: 6 }
  withFunding(
    { uncounted: 6, rates: { ...STRETCH, missing: 6, gapCount: 1, gaps: [gap] } },
    {
      affectedTrades: [
        {
          ...{ number: 3, pair: 'BTC/USDT:USDT', openedAt: 20 * DAY, closedAt: 21 * DAY },
          ...{ profit: 12, reasons: ['funding_missing'] },
        },
      ],
      profit: { all: 10, affected: 12, unaffected: -2, affectedTrades: 1 },
      byReason: { funding_missing: { trades: 1, profit: 12 } },
    },
  )

  await show(<Overview run={aRun()} {...futures} />)

  const told = await screen.findByText(/Freqtrade takes such funding as 0/u)
  expect(told).toHaveTextContent('6 funding payments could not be counted')
  expect(told).toHaveTextContent('Trades that were open then: 1. They made +12.00')
  expect(told).toHaveTextContent(/without them the net profit is \u22122\.00/u)
  expect(screen.getByText('1 trade on bad data')).toBeVisible()
  await userEvent.click(screen.getByText('What is missing of the funding'))
  expect(screen.getByText(/6 funding rates from/u)).toBeVisible()
  await userEvent.click(screen.getByText('The 1 trade'))
  expect(screen.getByText(/funding was due while it was open and was counted as 0/u)).toBeVisible()
})

test('missing mark prices are told by what they did', async () => {
  const gap = { start: 20 * DAY, until: 21 * DAY, missing: 24 }
  const holed = { ...STRETCH, missing: 24, gapCount: 1, gaps: [gap] }
  withFunding({ uncounted: 1, atOlderPrice: 1, markPrices: holed })

  await show(<Overview run={aRun()} {...futures} />)

  expect(await screen.findByText(/was counted at the last mark price/u)).toBeVisible()
  expect(screen.getByText(/No trade was open then/u)).toHaveTextContent('1 funding payment could')
  expect(screen.getByText(/24 mark prices from/u)).toBeInTheDocument()
})

test('the break-even of the cost curve is where the profit is used up', () => {
  const { points, breakEven } = costCurve(everything.trades)
  const profit = sum(everything.trades.map((trade) => trade.profit ?? 0))

  expect(points[0]?.[1]).toBeCloseTo(profit, 9)
  if (breakEven !== null) {
    const [first, second] = [points[0]?.[1] ?? 0, points[1]?.[1] ?? 0]
    expect(first - breakEven * (first - second)).toBeCloseTo(0, 6)
  }
})

test('months add up to the year, and hours to the profit', () => {
  const { days } = futures.equity
  const start = futures.summary.period.startingBalance
  const years = monthlyReturns(days, start)

  for (const { months, total } of years) {
    const grown = months.reduce((product: number, value) => product * (1 + (value ?? 0)), 1)
    expect(grown - 1).toBeCloseTo(total ?? 0, 9)
  }
  expect(
    sum(
      byHour(futures.trades)
        .flat()
        .map((value) => value ?? 0),
    ),
  ).toBeCloseTo(sum(futures.trades.map((trade) => trade.profit ?? 0)), 9)
})

test('the rolling Sharpe over all days is the verified one', () => {
  const { days } = futures.equity
  const found = rollingSharpe(days, futures.summary.period.startingBalance, days.balance.length)

  expect(found.at(-1)).toBeCloseTo(futures.summary.verified.balance['sharpe'] ?? 0, 9)
  expect(found.slice(0, -1).every((value) => value === null)).toBe(true)
})

const NONE = {
  amount: null,
  payments: 0,
  atCandlePrice: 0,
  estimate: null,
  estimated: 0,
  unknown: 0,
}

test('how much funding trades lack is told, what is estimated and unknown apart', async () => {
  const missing = {
    ...{ amount: -1.23456, payments: 3, atCandlePrice: 2 },
    ...{ estimate: 0.5, estimated: 1, unknown: 2 },
  }
  withFunding(
    { uncounted: 6, ofTrades: missing },
    {
      affectedTrades: [
        {
          ...{ number: 3, pair: 'BTC/USDT:USDT', openedAt: 20 * DAY, closedAt: 21 * DAY },
          ...{ profit: 12, reasons: ['funding_missing'], missingFunding: missing },
        },
      ],
    },
  )

  const run = aRun()
  const currency = 'USDT'
  await show(
    <Overview run={{ ...run, spec: { ...run.spec, stakeCurrency: currency } }} {...futures} />,
  )

  const told = await screen.findByText(/For 1 payment the rate is missing/u)
  expect(told).toHaveTextContent(`Funding that trades lack: −1.2346 ${currency}`)
  expect(told).toHaveTextContent('stands in for 2 mark prices of 3')
  expect(told).toHaveTextContent(`about +0.5000 ${currency}, an estimate`)
  expect(told).toHaveTextContent('2 payments would have been is unknown')
  const short = `−1.2346 ${currency}, about +0.5000 ${currency}, 2 payments unknown`
  expect(screen.getByRole('columnheader', { name: `Lacked, ${currency}` })).toBeVisible()
  expect(screen.getByRole('cell', { name: '−1.2346, ≈ +0.5000, 2 unknown' })).toBeVisible()
  await userEvent.click(screen.getByText('The 1 trade'))
  expect(screen.getByText(/it lacks/u)).toHaveTextContent(short)
})

test('where no rates tell how often funding was due the assumed interval is said', async () => {
  withFunding({ assumedIntervalS: 28_800, uncounted: 24, ofTrades: { ...NONE, unknown: 4 } })

  await show(<Overview run={aRun()} {...futures} />)

  expect(await screen.findByText(/Interval assumed: 8 h/u)).toBeVisible()
  expect(screen.getByText(/4 payments would have been is unknown/u)).toBeVisible()
  expect(screen.queryByText(/Funding that trades lack/u)).toBeNull()
})
