import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { show } from '@/testing'

import type { TradeFacts } from './model'
import { type TableState, TradesTable } from './trades-table'

const HOUR = 3_600_000

function trades(count: number): TradeFacts[] {
  return Array.from({ length: count }, (_, n) => ({
    number: n + 1,
    closingNumber: n + 1,
    pair: n % 2 === 0 ? 'BTC/USDT' : 'ETH/USDT',
    isShort: false,
    leverage: 1,
    openedAt: n * HOUR,
    closedAt: (n + 1) * HOUR,
    openRate: 100,
    closeRate: 101,
    amount: 1,
    stake: 100,
    profit: n % 3 === 0 ? -1 : 2,
    profitRatio: 0.01,
    runUp: 0.02,
    drawdown: -0.01,
    feeOpen: 0.001,
    feeClose: 0.001,
    enterTag: null,
    exitReason: 'roi',
    orders: [{ at: n * HOUR, isEntry: true, amount: 1, price: 100, tag: 'dip', realised: 0 }],
  }))
}

function Harness({ count, start = {} }: { count: number; start?: TableState }) {
  const [state, setState] = useState(start)
  return (
    <TradesTable
      runId="r1"
      currency="USDT"
      trades={trades(count)}
      state={state}
      onState={(change) => setState((known) => ({ ...known, ...change }))}
    />
  )
}

beforeEach(() => {
  // jsdom has no layout, and rows that have no place are not drawn.
  for (const side of ['offset', 'client'] as const) {
    vi.spyOn(HTMLElement.prototype, `${side}Height`, 'get').mockReturnValue(600)
    vi.spyOn(HTMLElement.prototype, `${side}Width`, 'get').mockReturnValue(1_200)
  }
})

describe('TradesTable', () => {
  it('puts only the rows in view into the page, and says how many there are', async () => {
    await show(<Harness count={10_000} />)

    expect(screen.getByText(/^10,000 trades,/)).toBeVisible()
    expect(screen.getAllByRole('row').length).toBeLessThan(60)
    expect(screen.getByRole('table', { name: 'Trades' })).toHaveAttribute('aria-rowcount', '10002')
  })

  it('filters while it is typed and clears at once', async () => {
    const user = userEvent.setup()
    await show(<Harness count={10} />)

    await user.type(screen.getByRole('textbox', { name: 'Filter by Pair' }), 'eth')
    expect(screen.getByText(/^5 of 10 trades,/)).toBeVisible()

    await user.click(screen.getByRole('button', { name: 'Clear filters' }))
    expect(screen.getByText(/^10 trades,/)).toBeVisible()
  })

  it('says so when no trade fits', async () => {
    await show(<Harness count={3} start={{ filter: { profit: '>1000' } }} />)

    expect(screen.getByRole('heading', { name: 'No trade fits' })).toBeVisible()
  })

  it('says what to do when there are none', async () => {
    await show(<Harness count={0} />)

    expect(screen.getByRole('heading', { name: 'No trades' })).toBeVisible()
  })

  it('sorts from high to low, low to high, and not at all', async () => {
    const user = userEvent.setup()
    await show(<Harness count={4} />)
    const header = screen.getByRole('columnheader', { name: 'Profit' })

    for (const direction of ['descending', 'ascending', 'none']) {
      await user.click(within(header).getByRole('button'))
      expect(header).toHaveAttribute('aria-sort', direction)
    }
  })

  it("shows a trade's orders and leads to the chart", async () => {
    const user = userEvent.setup()
    await show(<Harness count={2} />)

    await user.click(screen.getByRole('button', { name: 'Orders of trade 1' }))

    const orders = screen.getByRole('table', { name: 'Orders of trade 1' })
    expect(within(orders).getByText('dip')).toBeVisible()
    expect(screen.getByRole('link', { name: 'Trade 2 on the chart' })).toHaveAttribute(
      'href',
      '/backtests/r1/chart?trade=2&pair=ETH%2FUSDT',
    )
  })

  it('shows the columns that are chosen', async () => {
    const user = userEvent.setup()
    await show(<Harness count={2} />)
    expect(screen.queryByRole('columnheader', { name: 'Fees' })).not.toBeInTheDocument()

    await user.click(screen.getByText('Columns'))
    await user.click(screen.getByRole('checkbox', { name: 'Fees' }))

    expect(screen.getByRole('columnheader', { name: 'Fees' })).toBeVisible()
  })
})
