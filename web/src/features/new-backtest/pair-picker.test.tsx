import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import type { Coverage } from './api'
import { PairPicker } from './pair-picker'

const FILE: Coverage = {
  pair: 'WAVES/USDT',
  timeframe: '5m',
  candleType: 'spot',
  start: '2025-01-01T00:00:00Z',
  until: '2025-06-30T00:00:00Z',
  candles: 51_840,
  missingCandles: 0,
  gaps: [],
  findings: [
    { rule: 'spike', action: 'flagged', candles: 2 },
    { rule: 'duplicate', action: 'removed', candles: 5 },
  ],
  tickSizes: [
    { since: '2025-01-01', tickSize: 0.01 },
    { since: '2025-04-01', tickSize: 0.0001 },
  ],
  listing: { isActive: false, lastSeen: '2025-06-30' },
}

function show(file: Coverage) {
  render(<PairPicker files={[file]} chosen={[]} onChange={() => undefined} error={undefined} />)
}

test('a pair that its exchange has taken away says so, and what cleaning flagged', () => {
  show(FILE)

  const pair = screen.getByRole('checkbox', { name: /^WAVES\/USDT delisted/ })
  expect(pair).toHaveAccessibleName(/2 candles flagged, last listed on .*2025/)
})

test('a listed pair without findings says neither', () => {
  show({ ...FILE, findings: [], listing: null })

  const pair = screen.getByRole('checkbox', { name: /^WAVES\/USDT/ })
  expect(pair).not.toHaveAccessibleName(/delisted|flagged|listed/)
})

test('a pair says in which steps its prices move, by the newest that is known', () => {
  show(FILE)

  expect(screen.getByText('step 0.0001')).toBeVisible()
  expect(screen.getByRole('checkbox')).toHaveAccessibleName(/prices move in steps of 0\.0001/)
})

test.each([null, []])(
  'where nothing is known of the steps, nothing is said of them',
  (tickSizes) => {
    show({ ...FILE, tickSizes })

    expect(screen.queryByText(/step/)).toBeNull()
  },
)
