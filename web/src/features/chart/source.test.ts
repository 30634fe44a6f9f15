import { beforeEach, describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server } from '@/testing'

import type { Plot } from './api'
import { heikinAshi } from './bars'
import { CHUNK, gridOf } from './grid'
import type { ChartRun } from './model'
import { PairSource } from './source'

const START = Date.UTC(2025, 0, 1)
const STEP = 300_000
const run: ChartRun = {
  id: 'r1',
  exchange: 'simulated',
  timeframe: '5m',
  candleRevision: 'ab'.repeat(32),
  isFutures: false,
  pairs: ['BTC/USDT'],
  start: START,
  end: START + 20 * 86_400_000,
}
const plot: Plot = {
  plotConfig: { mainPlot: {}, subplots: {} },
  isDefault: false,
  step: STEP,
  pairs: [{ pair: 'BTC/USDT', start: START, rows: 5_760, columns: ['rsi'] }],
  leftOut: [],
}
const grid = gridOf(run)
let asked: URLSearchParams[] = []

const tickSizes: number[] = []

function candles(url: URL) {
  asked.push(url.searchParams)
  const start = Date.parse(url.searchParams.get('start') ?? '')
  const end = Date.parse(url.searchParams.get('end') ?? '')
  const merged = Math.round((end - start) / STEP / CHUNK)
  const date = Array.from({ length: CHUNK }, (_, n) => start + n * STEP * merged)
  const price = date.map((_, n) => 100 + n)
  return HttpResponse.json({
    tickSize: tickSizes.shift() ?? null,
    candleSeconds: (STEP * merged) / 1000,
    date,
    open: price,
    high: price.map((value) => value + 2),
    low: price.map((value) => value - 2),
    close: price.map((value) => value + 1),
    volume: price,
  })
}

beforeEach(() => {
  asked = []
  server.use(
    http.get(`${API}/market-data/exchanges/simulated/candles`, ({ request }) =>
      candles(new URL(request.url)),
    ),
    http.get(`${API}/backtests/r1/indicators`, ({ request }) => {
      const start = Date.parse(new URL(request.url).searchParams.get('start') ?? '')
      return HttpResponse.json({ start, step: STEP, columns: { rsi: [null, 30, 70] } })
    }),
  )
})

async function loaded(merged: number, from: number, to: number) {
  const source = new PairSource(run, grid, 'BTC/USDT', plot, ['rsi', 'unknown'])
  const told = vi.fn()
  source.subscribe(told)
  source.ensure(merged, from, to)
  await vi.waitFor(() => expect(told).toHaveBeenCalled())
  return source
}

describe('PairSource', () => {
  it('asks for a whole chunk at the revision of the run, and only once', async () => {
    const source = await loaded(1, 10, 20)
    source.ensure(1, 0, 30)

    expect(asked).toHaveLength(1)
    expect(asked[0]?.get('revision')).toBe(run.candleRevision)
    expect(asked[0]?.get('maxCandles')).toBe(String(CHUNK + 2))
  })

  it('puts candles and indicators in their places', async () => {
    const bars = (await loaded(1, 0, 10)).level(1)

    expect(bars.bar(5)).toEqual({ open: 105, high: 107, low: 103, close: 106, volume: 105 })
    expect(bars.columns.get('rsi')?.slice(0, 3)).toEqual(new Float32Array([Number.NaN, 30, 70]))
    expect(bars.columns.has('unknown')).toBe(false)
    expect(bars.bar(CHUNK + 5)).toBeNull()
  })

  it('knows the finest step of prices that a window told, and none where none did', async () => {
    const silent = (await loaded(1, 0, 10)).level(1)
    expect(silent.tickSize).toBeNull()

    for (const step of [0.1, 0.01, 0.1]) tickSizes.push(step)
    const told = (await loaded(1, 0, 3 * CHUNK)).level(1)

    expect(told.tickSize).toBe(0.01)
  })

  it('keeps a failure until it is tried again', async () => {
    server.use(
      http.get(`${API}/market-data/exchanges/simulated/candles`, () => HttpResponse.error()),
    )
    const source = await loaded(1, 0, 10)
    expect(source.error).toBeInstanceOf(Error)
    expect(source.hasAny).toBe(false)

    server.use(
      http.get(`${API}/market-data/exchanges/simulated/candles`, ({ request }) =>
        candles(new URL(request.url)),
      ),
    )
    source.retry()
    source.ensure(1, 0, 10)

    await vi.waitFor(() => expect(source.hasAny).toBe(true))
    expect(source.error).toBeNull()
  })
})

describe('heikinAshi', () => {
  it('averages each bar with the one before', async () => {
    const bars = (await loaded(1, 0, 10)).level(1)

    const second = heikinAshi(bars, 0, 10)(1)

    expect(second?.close).toBe((101 + 103 + 99 + 102) / 4)
    expect(second?.open).toBe((100.5 + 100.25) / 2)
  })
})
