import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { aListing, aVersion } from '../testing'
import { EarningsPanel } from './earnings-panel'
import { HandleForm } from './handle-form'
import { MembersPanel } from './members-panel'
import { MyListings } from './my-listings'
import { PendingVersion } from './pending-version'
import { type Candidate, NewListingForm, NewVersionForm } from './publish-form'
import { StandingPanel } from './standing-panel'

const MARKETPLACE = `${API}/marketplace`

const CANDIDATE: Candidate = {
  runId: 'r1',
  strategyId: 's1',
  strategyName: 'Trend',
  version: 3,
  exchange: 'simulated',
  pairs: ['BTC/USDT'],
  timeframe: '5m',
  start: '2025-02-01T00:00:00Z',
  end: '2025-02-21T00:00:00Z',
  profit: 0.1,
}

function newListing(onMade = vi.fn()) {
  return show(
    <NewListingForm candidates={[CANDIDATE]} chosen="r1" onChoose={vi.fn()} onMade={onMade} />,
  )
}

test('a listing is asked for with its text, its terms and the run that it was chosen by', async () => {
  const sent = vi.fn()
  const made = vi.fn()
  server.use(
    http.post(`${MARKETPLACE}/listings`, async ({ request }) => {
      sent(await request.json())
      return HttpResponse.json(aListing({ id: 'l7' }), { status: 201 })
    }),
  )
  await newListing(made)

  await userEvent.type(screen.getByLabelText('In one sentence'), 'Follows the trend.')
  await userEvent.type(screen.getByLabelText('Tags'), 'Trend, trend, slow')
  await userEvent.selectOptions(screen.getByLabelText('Code'), 'closed')
  await userEvent.click(screen.getByRole('switch', { name: 'It is sold' }))
  await userEvent.type(screen.getByLabelText('Price'), '19.90')
  await userEvent.click(screen.getByRole('button', { name: 'Have it examined' }))

  await vi.waitFor(() => expect(made).toHaveBeenCalledWith('l7'))
  expect(sent).toHaveBeenCalledWith({
    strategyId: 's1',
    version: 3,
    runId: 'r1',
    notes: '',
    terms: {
      title: 'Trend',
      summary: 'Follows the trend.',
      description: '',
      tags: ['trend', 'slow'],
      visibility: 'public',
      access: 'closed',
      licence: 'MIT',
      price: { amount: '19.90', currency: 'EUR', plan: 'once' },
    },
  })
})

test('what is missing is said at its field, and nothing is sent', async () => {
  await newListing()

  await userEvent.click(screen.getByRole('switch', { name: 'It is sold' }))
  await userEvent.click(screen.getByRole('button', { name: 'Have it examined' }))

  expect(await screen.findByText('Say in one sentence what it does.')).toBeVisible()
  expect(screen.getByText('Enter an amount like 19.90, from 1 on.')).toBeVisible()
})

test('the description is shown as it will be read', async () => {
  await newListing()

  await userEvent.type(screen.getByLabelText('Description'), '# How{Enter}{Enter}It *waits*.')

  const preview = within(screen.getByRole('region', { name: 'Preview of the description' }))
  expect(preview.getByRole('heading', { name: 'How' })).toBeVisible()
  expect(preview.getByText('waits').tagName).toBe('EM')
})

test('a text that the server refuses is marked where it is, and kept', async () => {
  server.use(
    http.post(`${MARKETPLACE}/listings`, () =>
      HttpResponse.json(
        {
          title: 'Invalid',
          status: 422,
          detail: 'The text cannot be shown as it is.',
          errors: [{ field: 'description', message: 'Line 1: HTML is not shown.' }],
        },
        { status: 422 },
      ),
    ),
  )
  await newListing()

  await userEvent.type(screen.getByLabelText('In one sentence'), 'Follows the trend.')
  await userEvent.type(screen.getByLabelText('Description'), '<b>bold</b>')
  await userEvent.click(screen.getByRole('button', { name: 'Have it examined' }))

  expect(await screen.findByText('Line 1: HTML is not shown.')).toBeVisible()
  expect(screen.getByLabelText('Description')).toHaveValue('<b>bold</b>')
})

test('a new version is asked for with its release notes alone', async () => {
  const sent = vi.fn()
  server.use(
    http.post(`${MARKETPLACE}/listings/l1/versions`, async ({ request }) => {
      sent(await request.json())
      return HttpResponse.json(aVersion({ number: 2 }), { status: 201 })
    }),
  )
  await show(
    <NewVersionForm
      listingId="l1"
      candidates={[CANDIDATE]}
      chosen={undefined}
      onChoose={vi.fn()}
      onMade={vi.fn()}
    />,
  )

  await userEvent.type(screen.getByLabelText('What is new in it, and why?'), 'Waits for volume.')
  await userEvent.click(screen.getByRole('button', { name: 'Have it examined' }))

  await vi.waitFor(() =>
    expect(sent).toHaveBeenCalledWith({
      strategyId: 's1',
      version: 3,
      runId: 'r1',
      notes: 'Waits for volume.',
    }),
  )
})

const DRAFT = aVersion({ publishedAt: null })

function pending(change: Parameters<typeof aVersion>[0], onPublished = vi.fn()) {
  return show(
    <PendingVersion
      listingId="l1"
      version={{ ...DRAFT, ...change }}
      exam={<p>the report</p>}
      onPublished={onPublished}
    />,
  )
}

test('an examined version is published by a press', async () => {
  const published = vi.fn()
  server.use(
    http.post(`${MARKETPLACE}/listings/l1/versions/1/publish`, () => HttpResponse.json(aListing())),
  )
  await pending({}, published)

  expect(screen.getByText('3. Publish')).toHaveAttribute('aria-current', 'step')
  await userEvent.click(screen.getByRole('button', { name: 'Publish it' }))

  await vi.waitFor(() => expect(published).toHaveBeenCalled())
})

test('a version that sees the future is refused, and why', async () => {
  const verdict = { ...DRAFT.verdict, grade: 'F' as const, isPublishable: false }
  await pending({ verdict: { ...verdict, message: 'It looks into the future in line 12.' } })

  expect(screen.getByRole('heading', { name: 'Version 1 is refused' })).toBeVisible()
  expect(screen.getByText('It looks into the future in line 12.')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Publish it' })).toBeNull()
})

test('while it is examined nothing is there to press', async () => {
  await pending({ verdict: { ...DRAFT.verdict, state: 'running', grade: null } })

  expect(screen.queryByRole('button')).toBeNull()
  expect(screen.getByText('the report')).toBeVisible()
  expect(screen.getByText('Examination', { exact: false })).toHaveAttribute('aria-current', 'step')
})

test('a handle is chosen once, with a name', async () => {
  const sent = vi.fn()
  server.use(
    http.put(`${MARKETPLACE}/my/author`, async ({ request }) => {
      const body = (await request.json()) as object
      sent(body)
      return HttpResponse.json({ ...body, createdAt: '2025-01-01T00:00:00Z' })
    }),
  )
  await show(<HandleForm author={null} />)

  await userEvent.type(screen.getByLabelText('Handle'), 'ada')
  await userEvent.type(screen.getByLabelText('Name'), 'Ada L.')
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }))

  await vi.waitFor(() =>
    expect(sent).toHaveBeenCalledWith({ handle: 'ada', name: 'Ada L.', about: '' }),
  )
})

test('a handle of somebody else’s is refused in words', async () => {
  server.use(
    http.put(`${MARKETPLACE}/my/author`, () =>
      HttpResponse.json(
        { title: 'x', status: 409, detail: 'This handle is taken.' },
        { status: 409 },
      ),
    ),
  )
  await show(<HandleForm author={null} />)

  await userEvent.type(screen.getByLabelText('Handle'), 'ada')
  await userEvent.type(screen.getByLabelText('Name'), 'Ada L.')
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }))

  expect(await screen.findByRole('alert')).toHaveTextContent('This handle is taken.')
})

test('withdrawing says what stays', async () => {
  const moved = vi.fn()
  server.use(
    http.post(`${MARKETPLACE}/listings/l1/withdraw`, () => {
      moved()
      return HttpResponse.json(aListing({ standing: 'withdrawn' }))
    }),
  )
  await show(<StandingPanel listing={aListing()} />)

  expect(screen.getByText(/figures stay in your statistics/)).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Withdraw it' }))

  await vi.waitFor(() => expect(moved).toHaveBeenCalled())
})

test('what a moderator took down is shown again by nobody else', async () => {
  await show(<StandingPanel listing={aListing({ standing: 'suspended' })} />)

  expect(screen.queryByRole('button')).toBeNull()
})

test('one’s own listings lead to their pages, drafts to what is left to do', async () => {
  server.use(
    http.get(`${MARKETPLACE}/my/listings`, () =>
      HttpResponse.json({
        items: [
          aListing(),
          aListing({ id: 'l2', title: 'Unfinished', standing: 'draft', version: null }),
        ],
      }),
    ),
  )
  await show(<MyListings />)

  expect(await screen.findByRole('link', { name: 'Steady trend' })).toHaveAttribute(
    'href',
    '/marketplace/l1',
  )
  expect(screen.getByRole('link', { name: 'Unfinished' })).toHaveAttribute(
    'href',
    '/marketplace/l2/edit',
  )
})

test('who has published nothing reads how to', async () => {
  server.use(http.get(`${MARKETPLACE}/my/listings`, () => HttpResponse.json({ items: [] })))
  await show(<MyListings />)

  expect(await screen.findByRole('link', { name: 'To the backtests' })).toBeVisible()
})

test('an invitation is a link that can be taken back, and a member can be let go', async () => {
  const gone = vi.fn()
  server.use(
    http.get(`${MARKETPLACE}/listings/l1/members`, () =>
      HttpResponse.json({
        items: [{ id: 'm1', note: 'Eve', since: '2025-03-02T00:00:00Z' }],
        invitations: [{ token: 't1', path: '/marketplace/invitations/t1', note: 'Bob' }],
      }),
    ),
    http.delete(`${MARKETPLACE}/listings/l1/:what/:id`, ({ params }) => {
      gone(params['what'], params['id'])
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await show(<MembersPanel listingId="l1" />)

  expect(await screen.findByText(/\/marketplace\/invitations\/t1$/)).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'Take it back' }))
  await userEvent.click(await screen.findByRole('button', { name: 'Let go Eve' }))

  await vi.waitFor(() =>
    expect(gone.mock.calls).toEqual([
      ['invitations', 't1'],
      ['members', 'm1'],
    ]),
  )
})

test('what was earned and refunded stands with what is owed', async () => {
  const entry = { at: '2025-05-01T10:00:00Z', listingId: 'l1', currency: 'EUR' }
  server.use(
    http.get(`${MARKETPLACE}/my/earnings`, () =>
      HttpResponse.json({
        balances: [{ currency: 'EUR', amount: '7.96' }],
        entries: [
          { ...entry, kind: 'refund', amount: '-15.92' },
          { ...entry, kind: 'sale', amount: '15.92' },
        ],
      }),
    ),
  )
  await show(<EarningsPanel />)

  expect(await screen.findByText(/^Owed to you: 7\.96 EUR/)).toBeVisible()
  expect(screen.getByRole('row', { name: /^refund .* −15\.92 EUR$/ })).toBeVisible()
})
