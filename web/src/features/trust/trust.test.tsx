import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import { show } from '@/testing'

import type { Trust } from './api'
import { TrustView } from './trust-view'

const OF = { wallet: 1000, currency: 'USDT' }
const TRUST: Trust = {
  grade: 'F',
  findings: [
    {
      name: 'Look-ahead',
      weight: 'failed',
      text: 'A shift by a negative number brings future candles in.',
      line: 12,
    },
    { name: 'Number of trades', weight: 'good', text: '412 closed trades are enough.', line: null },
  ],
  fan: { steps: [1, 200], low: [990, 950], middle: [1001, 1100], high: [1010, 1300], loss: 0.12 },
  falls: { low: 0.05, middle: 0.08, high: 0.15 },
  breakEven: 12,
  costs: [
    { basisPoints: 0, profit: 100 },
    { basisPoints: 50, profit: -300 },
  ],
  trials: 3,
  deflated: 0.91,
  overfitting: null,
  notExamined: ['walk-forward'],
}

test('the grade stands with its reasons, each weighed in words', async () => {
  await show(<TrustView {...OF} trust={TRUST} />)

  const panel = within(screen.getByRole('region', { name: 'How much to believe' }))
  expect(panel.getByText('F')).toBeVisible()
  expect(panel.getByText(/It is not to be believed/)).toBeVisible()
  expect(panel.getByRole('heading', { name: 'Look-ahead Failed' })).toBeVisible()
  expect(panel.getByRole('heading', { name: 'Number of trades Good' })).toBeVisible()
})

test('a finding leads to the line that causes it', async () => {
  const { rerender } = await show(
    <TrustView {...OF} trust={TRUST} lineLink={(line) => <a href={`#${line}`}>Line {line}</a>} />,
  )

  expect(screen.getByRole('link', { name: 'Line 12' })).toHaveAttribute('href', '#12')

  rerender(<TrustView {...OF} trust={TRUST} />)
  expect(screen.queryByRole('link')).toBeNull()
  expect(screen.getByText(/future candles in\. Line 12$/)).toBeVisible()
})

test('the draws are a picture and a table', async () => {
  await show(<TrustView {...OF} trust={TRUST} />)

  expect(screen.getByRole('img', { name: /^Balance after 200 trades: from/ })).toBeVisible()
  const row = screen.getByRole('row', { name: /Draws that end with a loss/ })
  expect(within(row).getByText('12.0 %')).toBeVisible()
})

test('what was not looked at is said, and how many attempts counted', async () => {
  await show(<TrustView {...OF} trust={{ ...TRUST, fan: null, falls: null, trials: 1 }} />)

  expect(screen.getByText('walk-forward')).toBeVisible()
  expect(screen.getByText(/^1 run of this strategy counted/)).toBeVisible()
  expect(screen.queryByRole('img', { name: /^Balance after/ })).toBeNull()
})

test('the profit is drawn against what orders cost', async () => {
  await show(<TrustView {...OF} trust={TRUST} />)

  const picture = screen.getByRole('img', { name: /^Profit by cost/ })
  expect(picture).toHaveAccessibleName(/from \+100\.00 USDT to −300\.00 USDT/)
  expect(screen.getByText(/breaks even at 12\.0 bp/)).toBeVisible()
})
