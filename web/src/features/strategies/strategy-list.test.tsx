import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import type { Strategy } from './api'
import { type ListSearch, visibleStrategies } from './list-search'
import { StrategyList } from './strategy-list'
import { aRun, aStrategy } from './testing'

function answer(items: Strategy[], runs = [aRun()]): void {
  server.use(
    http.get(`${API}/strategies`, () => HttpResponse.json({ items, nextCursor: null })),
    http.get(`${API}/backtests`, () => HttpResponse.json({ items: runs, nextCursor: null })),
  )
}

async function draw(search: ListSearch = {}) {
  const onSearch = vi.fn()
  const onNew = vi.fn()
  await show(<StrategyList search={search} onSearch={onSearch} onNew={onNew} />)
  return { onSearch, onNew }
}

describe('the list of strategies', () => {
  it('shows each one with its version and last result', async () => {
    answer([aStrategy(), aStrategy({ id: 's2', name: 'Seller', latestVersion: 0 })])

    await draw()

    const row = await screen.findByRole('row', { name: /Buyer/ })
    expect(await within(row).findByText('+5.12 %')).toBeVisible()
    expect(within(row).getByRole('link', { name: 'Buyer' })).toHaveAttribute(
      'href',
      '/strategies/s1',
    )
    const other = screen.getByRole('row', { name: /Seller/ })
    expect(within(other).getByText('Draft')).toBeVisible()
    expect(within(other).getByText('Never run')).toBeVisible()
  })

  it('offers the next step when there is none', async () => {
    answer([])

    const { onNew } = await draw()

    await userEvent.click(await screen.findByRole('button', { name: 'New strategy' }))
    expect(onNew).toHaveBeenCalled()
  })

  it('says in words that it could not be loaded, and tries again', async () => {
    answer([aStrategy()])
    server.use(
      http.get(
        `${API}/strategies`,
        () => HttpResponse.json({ title: 'x', status: 403, detail: 'Not yours.' }, { status: 403 }),
        { once: true },
      ),
    )

    await draw()

    expect(await screen.findByRole('alert')).toHaveTextContent('Not yours.')
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))
    expect(await screen.findByRole('link', { name: 'Buyer' })).toBeVisible()
  })

  it('stays whole when only the results cannot be had', async () => {
    answer([aStrategy()])
    server.use(
      http.get(`${API}/backtests`, () =>
        HttpResponse.json({ title: 'x', status: 403, detail: 'No results now.' }, { status: 403 }),
      ),
    )

    await draw()

    expect(await screen.findByRole('link', { name: 'Buyer' })).toBeVisible()
    expect(await screen.findByRole('alert')).toHaveTextContent('No results now.')
  })

  it('asks for another order when a heading is pressed', async () => {
    answer([aStrategy()])

    const { onSearch } = await draw({ sort: 'name', desc: false })

    const heading = await screen.findByRole('columnheader', { name: 'Name' })
    expect(heading).toHaveAttribute('aria-sort', 'ascending')
    await userEvent.click(within(heading).getByRole('button'))
    expect(onSearch).toHaveBeenCalledWith({ sort: 'name', desc: true })
  })

  it('archives at a press', async () => {
    answer([aStrategy()])
    const sent = vi.fn()
    server.use(
      http.patch(`${API}/strategies/s1`, async ({ request }) => {
        sent(await request.json())
        return HttpResponse.json(aStrategy({ archivedAt: '2026-01-06T00:00:00Z' }))
      }),
    )

    await draw()

    await userEvent.click(await screen.findByRole('button', { name: 'Archive Buyer' }))
    await vi.waitFor(() => expect(sent).toHaveBeenCalledWith({ isArchived: true }))
  })
})

describe('search and order', () => {
  const all = [
    aStrategy({ id: 'a', name: 'Alpha 2', latestVersion: 1, updatedAt: '2026-01-02T00:00:00Z' }),
    aStrategy({ id: 'b', name: 'alpha 10', latestVersion: 3, updatedAt: '2026-01-03T00:00:00Z' }),
    aStrategy({ id: 'c', name: 'Beta', latestVersion: 2, updatedAt: '2026-01-01T00:00:00Z' }),
  ]
  const ids = (search: ListSearch) => visibleStrategies(all, search).map(({ id }) => id)

  it.each([
    [{}, ['b', 'a', 'c']],
    [{ sort: 'name', desc: false }, ['a', 'b', 'c']],
    [{ sort: 'version' }, ['b', 'c', 'a']],
    [{ q: '10 ALPHA' }, ['b']],
    [{ q: 'gamma' }, []],
  ] as const)('%o gives %o', (search, expected) => {
    expect(ids(search)).toEqual(expected)
  })
})
