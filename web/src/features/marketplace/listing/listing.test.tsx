import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import type { Listing } from '../schemas'
import { aListing, anAuthor, aResult, aReview, aVersion } from '../testing'
import { AncestorDiff } from './ancestor-diff'
import { curveOf } from './curve'
import { ListingActions } from './listing-actions'
import { ListingFrame } from './listing-frame'
import { ListingOverview } from './overview'
import { Reviews } from './reviews'
import { Versions } from './versions'

const LISTING = `${API}/marketplace/listings/l1`

function answerOverview(): void {
  server.use(
    http.get(`${LISTING}/versions/1/result`, () => HttpResponse.json(aResult())),
    http.get(`${LISTING}/lineage`, () =>
      HttpResponse.json({
        ancestors: [{ id: 'l0', title: 'The first', author: 'bob', standing: 'withdrawn' }, null],
        forks: [{ id: 'l2', title: 'A fork', author: 'eve', standing: 'published' }],
      }),
    ),
    http.get(`${API}/marketplace/authors/ada`, () => HttpResponse.json(anAuthor())),
  )
}

test('both times stand side by side and are never one figure', async () => {
  answerOverview()
  await show(<ListingOverview listing={aListing()} />)

  const table = within(
    await screen.findByRole('table', { name: 'Figures before and since publication' }),
  )
  expect(table.getByRole('row', { name: /^Profit \+10\.00 % −5\.00 %$/ })).toBeVisible()
  expect(table.getByRole('row', { name: /^Deepest drawdown 4\.00 % 6\.00 %$/ })).toBeVisible()
  const pairs = within(screen.getByRole('table', { name: /^Profit of each market/ }))
  expect(pairs.getByRole('row', { name: /^BTC\/USDT 6 \+10\.00 % −5\.00 %$/ })).toBeVisible()
})

test('the second time is drawn on from where the first ended', () => {
  const curve = curveOf(aResult())

  expect(curve.before.slice(0, 2).map((value) => value?.toFixed(2))).toEqual(['0.05', '0.10'])
  expect(curve.after.slice(-2).map((value) => value?.toFixed(3))).toEqual(['0.078', '0.045'])
  expect(curve.since).toBe(aResult().outOfSample?.equity.start)
  expect(curveOf({ ...aResult(), outOfSample: null }).since).toBeNull()
})

test('its own words are drawn as text, and its ancestry as a tree', async () => {
  answerOverview()
  await show(<ListingOverview listing={aListing()} />)

  expect(screen.getByRole('heading', { name: 'How' })).toBeVisible()
  expect(await screen.findByRole('link', { name: 'The first' })).toBeVisible()
  expect(screen.getByText('one that is not shown')).toBeVisible()
  expect(screen.getByRole('link', { name: 'A fork' })).toHaveAttribute('href', '/marketplace/l2')
  expect(await screen.findByRole('link', { name: 'Ada L.' })).toBeVisible()
  expect(
    screen.getByText(/5 strategies, 1 of them withdrawn; 2 of 4 followed versions/),
  ).toBeVisible()
})

test('closed code says plainly what that means', async () => {
  answerOverview()
  await show(<ListingOverview listing={aListing({ access: 'closed' })} />)

  expect(screen.getByText(/nobody but its author reads how it decides/)).toBeVisible()
})

test('a listing that is not there, or not for one, is the same page', async () => {
  server.use(
    http.get(LISTING, () =>
      HttpResponse.json({ title: 'Not found', status: 404, detail: 'No.' }, { status: 404 }),
    ),
  )
  await show(<ListingFrame listingId="l1" actions={() => null} />)

  expect(await screen.findByRole('heading', { name: 'Nothing here' })).toBeVisible()
})

function actions(change: Partial<Listing>) {
  return show(
    <ListingActions
      listing={aListing(change)}
      tryDialog={() => <p>pairs and days</p>}
      botDialog={() => null}
    />,
  )
}

test.each([
  [
    ['see', 'read_code', 'run', 'fork', 'report', 'watch'],
    ['Report', 'Watch', 'Fork', 'Run on paper', 'Try it'],
  ],
  [
    ['see', 'report', 'watch', 'buy'],
    ['Report', 'Watch', 'Buy for 5 EUR'],
  ],
  [
    ['see', 'read_code', 'run', 'edit'],
    ['Run on paper', 'Try it'],
  ],
])('the rights %s are offered as %s', async (rights, expected) => {
  await actions({ rights, price: { amount: '5', currency: 'EUR', plan: 'once' } })

  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual(expected)
})

test('closed code is tried, not handed to bots', async () => {
  await actions({ access: 'closed', rights: ['see', 'run'] })

  expect(screen.queryByRole('button', { name: 'Run on paper' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Try it' }))
  expect(screen.getByText('pairs and days')).toBeVisible()
})

test('a fork opens as a strategy of one’s own', async () => {
  server.use(http.post(`${LISTING}/forks`, () => HttpResponse.json({ id: 's9' })))
  const { router } = await actions({})

  await userEvent.click(screen.getByRole('button', { name: 'Fork' }))

  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/strategies/s9'))
})

test('watching is told to the server, and a refusal to the user', async () => {
  server.use(
    http.put(`${LISTING}/watch`, () =>
      HttpResponse.json({ title: 'x', status: 429, detail: 'Too often.' }, { status: 429 }),
    ),
  )
  await actions({})

  await userEvent.click(screen.getByRole('button', { name: 'Watch' }))

  expect(await screen.findByRole('alert')).toHaveTextContent('Too often.')
})

test('a report reaches the moderators with its reason', async () => {
  const sent = vi.fn()
  server.use(
    http.post(`${LISTING}/reports`, async ({ request }) => {
      sent(await request.json())
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await actions({})
  await userEvent.click(screen.getByRole('button', { name: 'Report' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Report this strategy' }))

  await userEvent.selectOptions(dialog.getByLabelText('What is wrong with it?'), 'copied')
  await userEvent.type(dialog.getByLabelText(/^What should the moderators/), 'It is mine.')
  await userEvent.click(dialog.getByRole('button', { name: 'Report' }))

  await vi.waitFor(() =>
    expect(sent).toHaveBeenCalledWith({ reason: 'copied', text: 'It is mine.' }),
  )
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a report for another reason says which', async () => {
  await actions({})
  await userEvent.click(screen.getByRole('button', { name: 'Report' }))
  const dialog = within(screen.getByRole('dialog', { name: 'Report this strategy' }))
  const words = dialog.getByLabelText(/^What should the moderators/)
  expect(words).not.toBeRequired()

  await userEvent.selectOptions(dialog.getByLabelText('What is wrong with it?'), 'other')

  expect(words).toBeRequired()
})

const VERSIONS = [
  aVersion({ number: 2, notes: 'Waits for volume.' }),
  aVersion({ number: 1, notes: '' }),
]

function answerVersions(): void {
  server.use(
    http.get(`${LISTING}/versions`, () => HttpResponse.json({ items: VERSIONS })),
    http.get(`${LISTING}/versions/:number/code`, ({ params }) =>
      HttpResponse.json({ code: `code ${String(params['number'])}` }),
    ),
  )
}

test('versions are told apart by their notes, and compared', async () => {
  answerVersions()
  const choose = vi.fn()
  const props = {
    listing: aListing({ currentVersion: 2 }),
    onChoice: choose,
    diff: (before: string, after: string) => <p>{`${before} to ${after}`}</p>,
  }
  await show(<Versions {...props} choice={{ version: 2, from: 1 }} />)

  expect(await screen.findByText('Waits for volume.')).toBeVisible()
  expect(await screen.findByText('code 1 to code 2')).toBeVisible()
  await userEvent.selectOptions(screen.getByLabelText(/^Compare with/), 'nothing')
  expect(choose).toHaveBeenCalledWith({ version: 2, from: undefined })
})

test('closed code is asked for by nobody', async () => {
  server.use(http.get(`${LISTING}/versions`, () => HttpResponse.json({ items: VERSIONS })))
  await show(
    <Versions
      listing={aListing({ access: 'closed', rights: ['see', 'run'] })}
      choice={{}}
      onChoice={vi.fn()}
      diff={() => null}
    />,
  )

  expect(await screen.findByText(/others run it and never read it/)).toBeVisible()
  expect(screen.queryByRole('button', { name: /Read the code/ })).toBeNull()
})

test('a fork is compared with the very version that it was made from', async () => {
  answerVersions()
  server.use(
    http.get(`${API}/marketplace/listings/l0`, () =>
      HttpResponse.json(aListing({ id: 'l0', title: 'The first', author: 'bob' })),
    ),
    http.get(`${API}/marketplace/listings/l0/versions/4/code`, () =>
      HttpResponse.json({ code: 'code of l0' }),
    ),
  )
  await show(
    <AncestorDiff
      listing={aListing({ ancestor: { listingId: 'l0', version: 4, isDeclared: true } })}
      diff={(before, after) => <p>{`${before} to ${after}`}</p>}
    />,
  )

  expect(await screen.findByText('code of l0 to code 1')).toBeVisible()
  expect(await screen.findByRole('link', { name: 'The first' })).toBeVisible()
})

test('who has run it reviews it, with stars', async () => {
  const sent = vi.fn()
  server.use(
    http.get(`${LISTING}/reviews`, () =>
      HttpResponse.json({ items: [], mine: null, nextCursor: null }),
    ),
    http.put(`${LISTING}/reviews/mine`, async ({ request }) => {
      sent(await request.json())
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await show(<Reviews listing={aListing({ rights: ['see', 'review'] })} />)

  await userEvent.click(await screen.findByRole('radio', { name: '4' }))
  await userEvent.type(screen.getByLabelText('What should others know?'), ' Slow but steady. ')
  await userEvent.click(screen.getByRole('button', { name: 'Publish the review' }))

  await vi.waitFor(() => expect(sent).toHaveBeenCalledWith({ stars: 4, text: 'Slow but steady.' }))
})

test('who has not run it reads why they cannot review', async () => {
  server.use(
    http.get(`${LISTING}/reviews`, () =>
      HttpResponse.json({
        items: [aReview({ answer: { text: 'Thank *you*.', at: '2025-04-02T00:00:00Z' } })],
        mine: null,
        nextCursor: null,
      }),
    ),
  )
  await show(<Reviews listing={aListing()} />)

  expect(await screen.findByText(/Whoever has run it may review it/)).toBeVisible()
  expect(screen.getByRole('img', { name: '5 of 5 stars' })).toBeVisible()
  expect(screen.getByText('ada answers,', { exact: false })).toBeVisible()
  expect(screen.getByText('you').tagName).toBe('EM')
  expect(screen.queryByLabelText('What should others know?')).toBeNull()
})

test('one’s own review is changed, and taken back', async () => {
  const mine = aReview({ stars: 2, text: 'Too slow.' })
  const gone = vi.fn()
  server.use(
    http.get(`${LISTING}/reviews`, () =>
      HttpResponse.json({ items: [mine], mine, nextCursor: null }),
    ),
    http.delete(`${LISTING}/reviews/mine`, () => {
      gone()
      return new HttpResponse(null, { status: 204 })
    }),
  )
  await show(<Reviews listing={aListing({ rights: ['see', 'review', 'report'] })} />)

  expect(await screen.findByLabelText('What should others know?')).toHaveValue('Too slow.')
  expect(screen.getByRole('radio', { name: '2' })).toBeChecked()
  expect(screen.getByText('You')).toBeVisible()
  expect(screen.queryByRole('button', { name: /^Report the review/ })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Take it back' }))

  await vi.waitFor(() => expect(gone).toHaveBeenCalled())
})

test('the author answers a review, once', async () => {
  const sent = vi.fn()
  server.use(
    http.get(`${LISTING}/reviews`, () =>
      HttpResponse.json({ items: [aReview()], mine: null, nextCursor: null }),
    ),
    http.post(`${LISTING}/reviews/r1/answer`, async ({ request }) => {
      sent(await request.json())
      return HttpResponse.json(aReview())
    }),
  )
  await show(<Reviews listing={aListing({ rights: ['see', 'edit'] })} />)

  await userEvent.click(await screen.findByText('Answer', { selector: 'summary' }))
  await userEvent.type(screen.getByLabelText('Your answer to eve'), 'Thank you.')
  await userEvent.click(screen.getByRole('button', { name: 'Answer' }))

  await vi.waitFor(() => expect(sent).toHaveBeenCalledWith({ text: 'Thank you.' }))
})
