import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import type { Plot } from './api'
import { CandleChart, type ChartPlace } from './candle-chart'
import type { ChartRun, ChartTrade } from './model'
import type { PairSource } from './source'

const START = Date.UTC(2025, 0, 1)
const run: ChartRun = {
  id: 'r1',
  exchange: 'simulated',
  timeframe: '5m',
  candleRevision: 'ab'.repeat(32),
  isFutures: false,
  pairs: ['BTC/USDT', 'ETH/USDT'],
  start: START,
  end: START + 86_400_000,
}
const style = { color: null, type: 'line' as const, fillTo: null, fillLabel: null, fillColor: null }
const plot: Plot = {
  plotConfig: { mainPlot: { ema: style }, subplots: { RSI: { rsi: style } } },
  isDefault: true,
  step: 300_000,
  pairs: [],
  leftOut: ['There are more indicators than are kept; left out pairs: XRP/USDT.'],
}
const trades: ChartTrade[] = [1, 2].map((number) => ({
  number,
  pair: 'BTC/USDT',
  isShort: false,
  leverage: 1,
  openedAt: START + number * 3_600_000,
  closedAt: START + number * 3_600_000 + 600_000,
  openRate: 100,
  closeRate: 101,
  profitRatio: 0.01,
  feeOpen: 0.001,
  feeClose: 0.001,
  enterTag: null,
  exitReason: 'roi',
}))

// The library draws on a canvas, which jsdom does not have; the browser suite looks at it.
vi.mock('./controller', () => ({
  ChartController: class {
    shown = { from: 0, to: 100 }
    setSource = (source: PairSource) => source.ensure(1, 0, 100)
    setPanes = () => undefined
    setTrades = () => undefined
    setPalette = () => undefined
    setMeasure = () => undefined
    show = () => undefined
    close = () => undefined
  },
}))

const onPlace = vi.fn<(change: ChartPlace) => void>()

function draw(place: ChartPlace = {}) {
  return show(<CandleChart {...{ run, plot, trades, place, onPlace }} roi={{}} />)
}

beforeEach(() => {
  onPlace.mockReset()
  const empty = { date: [], open: [], high: [], low: [], close: [], volume: [] }
  server.use(
    http.get(`${API}/market-data/exchanges/simulated/candles`, () =>
      HttpResponse.json({ candleSeconds: 300, ...empty }),
    ),
  )
})

describe('CandleChart', () => {
  it('says what is loading, what was left out and whose charts these are', async () => {
    await draw()

    expect(screen.getByText('Loading candles of BTC/USDT …')).toBeVisible()
    expect(screen.getByText(/left out pairs: XRP/)).toBeVisible()
    expect(screen.getByRole('link', { name: /Lightweight Charts/ })).toHaveAttribute(
      'href',
      'https://www.tradingview.com/',
    )
  })

  it('goes from trade to trade by buttons and by keys', async () => {
    const user = userEvent.setup()
    await draw({ trade: 1 })
    expect(screen.getByText(/^Trade 1: long BTC\/USDT/)).toBeVisible()

    await user.click(screen.getByRole('button', { name: 'Next trade (N)' }))
    expect(onPlace).toHaveBeenLastCalledWith({ trade: 2, pair: 'BTC/USDT' })

    screen.getByRole('group', { name: /^Candles of BTC\/USDT/ }).focus()
    await user.keyboard(']')
    expect(onPlace).toHaveBeenLastCalledWith({ pair: 'ETH/USDT', trade: undefined })
    await user.keyboard('{Escape}')
    expect(onPlace).toHaveBeenLastCalledWith({ trade: undefined })
  })

  it('says why candles did not come, and tries again', async () => {
    const user = userEvent.setup()
    server.use(
      http.get(`${API}/market-data/exchanges/simulated/candles`, () => HttpResponse.error()),
    )
    await draw()

    await user.click(await screen.findByRole('button', { name: 'Try again' }))

    expect(screen.getByText('Loading candles of BTC/USDT …')).toBeVisible()
  })

  it('shows the panes that are ticked', async () => {
    const user = userEvent.setup()
    await draw()
    const pane = screen.getByRole('checkbox', { name: 'RSI' })
    expect(pane).toBeChecked()

    await user.click(pane)

    expect(pane).not.toBeChecked()
  })
})
