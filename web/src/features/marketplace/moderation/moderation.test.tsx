import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { aReview } from '../testing'
import type { Case, OpenedCase } from './api'
import { CaseView } from './case'
import { Queue } from './queue'

const MODERATION = `${API}/marketplace/moderation`

function aCase(change: Partial<Case> = {}): Case {
  return {
    id: 'c1',
    listingId: 'l1',
    reviewId: null,
    state: 'open',
    openedAt: '2025-05-01T00:00:00Z',
    changedAt: '2025-05-01T00:00:00Z',
    reports: 3,
    revision: 7,
    moderator: null,
    isMine: false,
    decisions: [],
    ...change,
  }
}

function opened(change: Partial<OpenedCase> = {}): OpenedCase {
  return {
    case: aCase(),
    listing: {
      id: 'l1',
      title: 'Steady trend',
      summary: 'Follows the trend.',
      description: 'It *waits*.',
      author: 'ada',
      standing: 'published',
    },
    review: null,
    reports: [{ reason: 'copied', text: 'It is mine.', at: '2025-05-01T00:00:00Z' }],
    ...change,
  }
}

function answer(found: OpenedCase): void {
  server.use(http.get(`${MODERATION}/c1`, () => HttpResponse.json(found)))
}

test('the queue lists what waits, and leads to it', async () => {
  server.use(
    http.get(`${MODERATION}/queue`, ({ request }) => {
      expect(new URL(request.url).searchParams.get('state')).toBe('open')
      return HttpResponse.json({ items: [aCase()], nextCursor: null })
    }),
  )
  await show(<Queue state="open" onState={vi.fn()} />)

  expect(await screen.findByRole('link', { name: 'Open case c1' })).toHaveAttribute(
    'href',
    '/moderation/c1',
  )
})

test('who is no moderator is told so', async () => {
  server.use(
    http.get(`${MODERATION}/queue`, () =>
      HttpResponse.json(
        { title: 'x', status: 403, detail: 'Only moderators may do this.' },
        { status: 403 },
      ),
    ),
  )
  await show(<Queue state="open" onState={vi.fn()} />)

  expect(await screen.findByRole('alert')).toHaveTextContent('Only moderators may do this.')
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
})

test('a decision goes with its reason and the revision that was read', async () => {
  const sent = vi.fn()
  answer(opened())
  server.use(
    http.post(`${MODERATION}/c1/decisions`, async ({ request }) => {
      sent(await request.json())
      return HttpResponse.json(aCase({ state: 'decided' }))
    }),
  )
  await show(<CaseView id="c1" />)

  expect(await screen.findByText('It is mine.')).toBeVisible()
  await userEvent.selectOptions(screen.getByLabelText('Decision'), 'Take the listing down')
  await userEvent.type(screen.getByLabelText('Reason'), 'A copy.')
  await userEvent.click(screen.getByRole('button', { name: 'Decide' }))

  await vi.waitFor(() =>
    expect(sent).toHaveBeenCalledWith({
      ruling: 'suspend-listing',
      reason: 'A copy.',
      revision: 7,
    }),
  )
})

test('a review is hidden, a hidden one shown again', async () => {
  answer(opened({ review: aReview({ isHidden: true }) }))
  await show(<CaseView id="c1" />)

  const choice = within(await screen.findByLabelText('Decision'))
  expect(choice.getAllByRole('option').map((option) => option.textContent)).toEqual([
    'Leave it as it is',
    'Show the review again',
  ])
})

test('a case is taken in hand; what somebody changed meanwhile is said', async () => {
  answer(opened())
  server.use(
    http.post(`${MODERATION}/c1/take`, () =>
      HttpResponse.json(
        { title: 'x', status: 409, detail: 'Somebody changed this case.' },
        { status: 409 },
      ),
    ),
  )
  await show(<CaseView id="c1" />)

  await userEvent.click(await screen.findByRole('button', { name: 'Take it' }))

  expect(await screen.findByRole('alert')).toHaveTextContent('Somebody changed this case.')
})
