import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { Comparison } from './comparison'
import { doOverlap, joinEquities } from './equity-data'
import { bestOf, METRICS } from './metrics'
import { type ComparedRun, readIds, splitSettings } from './model'

// jsdom has no canvas; what is drawn is looked at in the browser suite.
vi.mock('uplot', () => ({
  default: class {
    destroy = () => undefined
    setSize = () => undefined
  },
}))

function aRun(id: string, changes: Partial<ComparedRun> = {}): ComparedRun {
  return {
    id,
    name: `Run ${id}`,
    strategyId: 's1',
    version: 1,
    settings: { Stake: '100', Fee: '0.1 %' },
    figures: { profit_total: 0.1, max_drawdown_account: 0.05 },
    equity: { start: 0, step: 1_000, balance: [100, 110] },
    error: null,
    ...changes,
  }
}

describe('Comparison', () => {
  it('asks for runs when there are none', async () => {
    await show(<Comparison runs={[]} onRemove={() => undefined} picker={null} />)

    expect(screen.getByRole('heading', { name: 'Choose runs to compare' })).toBeVisible()
  })

  it('marks the best of each row by words and tells what differs', async () => {
    server.use(
      http.get(`${API}/strategies/s1/versions/1`, () =>
        HttpResponse.json({ number: 1, code: 'x' }),
      ),
    )
    const better = aRun('b', {
      settings: { Stake: '200', Fee: '0.1 %' },
      figures: { profit_total: 0.2, max_drawdown_account: 0.09 },
    })
    await show(<Comparison runs={[aRun('a'), better]} onRemove={() => undefined} picker={null} />)

    const profit = screen.getByRole('row', { name: /^Profit of closed trades/ })
    expect(within(profit).getByRole('cell', { name: 'Best: +20.00 %' })).toBeVisible()
    const drawdown = screen.getByRole('row', { name: /^Deepest drawdown/ })
    expect(within(drawdown).getByRole('cell', { name: 'Best: 5.00 %' })).toBeVisible()
    const settings = screen.getByRole('table', { name: 'Settings that differ' })
    expect(within(settings).getByRole('row', { name: 'Stake 100 200' })).toBeVisible()
    expect(await screen.findByText('Both runs used the same code.')).toBeVisible()
  })

  it('removes a run, and says when one could not be loaded', async () => {
    const removed = vi.fn()
    const broken = aRun('a', { figures: null, equity: null, error: new Error('x') })
    await show(<Comparison runs={[broken]} onRemove={removed} picker={null} />)

    expect(screen.getByRole('alert')).toHaveTextContent('Something went wrong')
    await userEvent.click(screen.getByRole('button', { name: 'Remove A, Run a' }))
    expect(removed).toHaveBeenCalledWith('a')
  })
})

it('puts curves of different steps on one axis', () => {
  const curves = [
    { start: 0, step: 1_000, balance: [100, 110, 120] },
    { start: 1_000, step: 2_000, balance: [50, 25] },
  ]

  expect(joinEquities(curves)).toEqual([
    [0, 1, 2, 3],
    [1, 1.1, 1.2, null],
    [null, 1, null, 0.5],
  ])
  expect(joinEquities(curves, true)[0]).toEqual([0, 1, 2])
  expect(doOverlap(curves)).toBe(true)
})

it('names no best where all are equal, unknown or neither better', () => {
  const metric = METRICS.find(({ figure }) => figure === 'sharpe')
  if (metric === undefined) throw new Error('no such metric')

  expect(bestOf(metric, [1, 1])).toEqual(new Set())
  expect(bestOf(metric, [1, null])).toEqual(new Set())
  expect(bestOf({ ...metric, better: null }, [1, 2])).toEqual(new Set())
  expect(bestOf(metric, [2, 1, 2])).toEqual(new Set([0, 2]))
})

it('reads at most six ids of an address, each once', () => {
  expect(readIds('a,b,a,,../x,c,d,e,f,g')).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(splitSettings([aRun('a'), aRun('b')])).toEqual({ different: [], same: ['Stake', 'Fee'] })
})
