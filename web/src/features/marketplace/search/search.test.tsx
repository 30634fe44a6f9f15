import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { aCard, aSearchPage, NO_FACETS } from '../testing'
import type { SearchPage } from './api'
import { SearchBox } from './search-box'
import { type SearchState, searchStateSchema } from './search-state'
import { SearchView } from './search-view'

/** Answers searches and remembers what was asked. */
function answer(page: (query: URLSearchParams) => SearchPage): URLSearchParams[] {
  const asked: URLSearchParams[] = []
  server.use(
    http.get(`${API}/marketplace/search`, ({ request }) => {
      const query = new URL(request.url).searchParams
      asked.push(query)
      return HttpResponse.json(page(query))
    }),
  )
  return asked
}

/** Keeps the state as the address would. */
function Kept({ initial = {} }: { initial?: SearchState }) {
  const [state, setState] = useState<SearchState>(initial)
  return (
    <SearchView state={state} onChange={(change) => setState((old) => ({ ...old, ...change }))} />
  )
}

test('a card says what a strategy did before and since its publication, apart', async () => {
  answer(() => aSearchPage())
  await show(<Kept />)

  const card = within(await screen.findByRole('article'))
  expect(card.getByRole('link', { name: 'Steady trend' })).toHaveAttribute(
    'href',
    '/marketplace/l1',
  )
  const before = within(card.getByRole('group', { name: 'Before publication' }))
  const since = within(card.getByRole('group', { name: 'Since publication' }))
  expect(before.getByText('+10.0 %')).toBeVisible()
  expect(before.getByText('120 trades')).toBeVisible()
  expect(since.getByText('−2.0 %')).toBeVisible()
  expect(since.getByText('30 days')).toBeVisible()
  expect(card.getByText('Open code')).toBeVisible()
  expect(card.getByText('Free')).toBeVisible()
})

test('a young one promises nothing, and a sold one names its price', async () => {
  const price = { amount: '19.90', currency: 'EUR', plan: 'monthly' as const }
  answer(() => aSearchPage({ items: [aCard({ outOfSample: null, price, access: 'closed' })] }))
  await show(<Kept />)

  expect(await screen.findByText('First figures after a day')).toBeVisible()
  expect(screen.getByText('19.90 EUR a month')).toBeVisible()
  expect(screen.getByText('Closed code')).toBeVisible()
})

test('words are searched a moment after the last key, once', async () => {
  const asked = answer(() => aSearchPage())
  await show(<Kept />)
  await screen.findByRole('article')

  await userEvent.type(screen.getByRole('searchbox'), 'trend')

  await vi.waitFor(() => expect(asked.at(-1)?.get('q')).toBe('trend'))
  expect(asked.map((query) => query.get('q'))).toEqual([null, 'trend'])
})

test('what is typed stays while the address is being written', async () => {
  const wanted: string[] = []
  const box = (value: string) => (
    <SearchBox value={value} onSearch={(words) => void wanted.push(words)} />
  )
  const { rerender } = render(box(''))
  const input = screen.getByRole('searchbox')

  await userEvent.type(input, 'trend')
  await vi.waitFor(() => expect(wanted).toEqual(['trend']))
  expect(input).toHaveValue('trend')
  await userEvent.type(input, ' ada')
  rerender(box('trend'))
  expect(input).toHaveValue('trend ada')
  await vi.waitFor(() => expect(wanted).toEqual(['trend', 'trend ada']))

  rerender(box('trend ada'))
  rerender(box('calm'))
  expect(input).toHaveValue('calm')
})

test('a facet narrows, is listed as chosen, and is taken away again', async () => {
  const asked = answer(() => aSearchPage())
  await show(<Kept />)

  await userEvent.click(await screen.findByRole('button', { name: '5m 1 hits' }))
  await vi.waitFor(() => expect(asked.at(-1)?.get('timeframe')).toBe('5m'))
  expect(screen.getByRole('button', { name: '5m 1 hits' })).toHaveAttribute('aria-pressed', 'true')

  await userEvent.click(screen.getByRole('button', { name: 'Without Candles 5m' }))
  await vi.waitFor(() => expect(asked.at(-1)?.get('timeframe')).toBeNull())
})

test('more are added to what is shown', async () => {
  answer((query) =>
    query.get('cursor') === 'next'
      ? aSearchPage({ items: [aCard({ id: 'l2', title: 'Second' })], total: 2 })
      : aSearchPage({ nextCursor: 'next', total: 2 }),
  )
  await show(<Kept />)

  await userEvent.click(await screen.findByRole('button', { name: 'Show more' }))

  expect(await screen.findByRole('link', { name: 'Second' })).toBeVisible()
  expect(screen.getByRole('link', { name: 'Steady trend' })).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull()
})

test('no hit offers words that have some, and a way without filters', async () => {
  answer((query) =>
    query.get('q') === 'trned'
      ? aSearchPage({ items: [], total: 0, suggestions: ['trend'] })
      : aSearchPage(),
  )
  await show(<Kept initial={{ q: 'trned', timeframe: '5m' }} />)

  expect(await screen.findByRole('button', { name: 'Without filters' })).toBeVisible()
  await userEvent.click(screen.getByRole('button', { name: 'trend' }))

  expect(await screen.findByRole('article')).toBeVisible()
  expect(screen.getByRole('searchbox')).toHaveValue('trend')
})

test('an empty marketplace says how to publish the first one', async () => {
  answer(() => aSearchPage({ items: [], total: 0, facets: NO_FACETS }))
  await show(<Kept />)

  expect(await screen.findByRole('heading', { name: 'Nothing is published yet' })).toBeVisible()
  expect(screen.queryByRole('region', { name: 'Filters' })).toBeNull()
})

test('a search that fails says why, and tries again', async () => {
  server.use(
    http.get(
      `${API}/marketplace/search`,
      () =>
        HttpResponse.json({ title: 'x', status: 400, detail: 'Too many words.' }, { status: 400 }),
      { once: true },
    ),
  )
  await show(<Kept />)
  const alert = await screen.findByRole('alert')
  expect(alert).toHaveTextContent('Too many words.')

  answer(() => aSearchPage())
  await userEvent.click(within(alert).getByRole('button', { name: 'Try again' }))

  expect(await screen.findByRole('article')).toBeVisible()
})

test('a facet that the page does not offer is no reason to show nothing', async () => {
  const page = aSearchPage()
  answer(() => ({ ...page, facets: { ...page.facets, author: [{ value: 'ada', count: 1 }] } }))
  await show(<Kept />)

  expect(await screen.findByRole('article')).toBeVisible()
})

test('an address that makes no sense is as good as none', () => {
  expect(searchStateSchema.parse({ order: 'luck', q: 7 })).toEqual({
    order: undefined,
    q: undefined,
  })
})
