import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { sum } from '../metrics/stats'
import { certificateSchema } from '../schemas'
import certificate from '../testing/everything/certificate.json'
import { everything, futures } from '../testing/results'
import { aRun } from '../testing/runs'
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

test('the certificate says whether trades rest on bad candles', async () => {
  await show(<Overview run={aRun()} {...everything} />)

  expect(await screen.findByText('No trade rests on bad candles')).toBeVisible()
  expect(certificateSchema.parse(certificate).affectedTrades).toEqual([])
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
