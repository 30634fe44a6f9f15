import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { aCheck, aRun, aStrategy, aVersion } from '../testing'
import { VersionList } from './version-list'
import type { VersionsSearch } from './versions-search'

const VERSIONS = `${API}/strategies/s1/versions`
const first = aVersion({ number: 1, code: 'x = 1', note: 'first' })
const finding = {
  rule: 'syntax',
  severity: 'error' as const,
  line: 1,
  column: 0,
  message: 'm',
  advice: 'a',
}
const second = aVersion({ check: aCheck({ findings: [finding] }) })

function answer(items = [second, first]): void {
  server.use(
    http.get(VERSIONS, () => HttpResponse.json({ items, nextCursor: null })),
    http.get(`${VERSIONS}/1`, () => HttpResponse.json(first)),
    http.get(`${VERSIONS}/2`, () => HttpResponse.json(second)),
    http.get(`${API}/backtests`, ({ request }) => {
      expect(new URL(request.url).searchParams.get('strategyId')).toBe('s1')
      return HttpResponse.json({ items: [aRun()], nextCursor: null })
    }),
  )
}

async function draw(search: VersionsSearch = {}) {
  const onSearch = vi.fn()
  await show(<VersionList strategy={aStrategy()} search={search} onSearch={onSearch} />)
  return onSearch
}

describe('versions', () => {
  it('are listed with note, errors and the runs that belong to them', async () => {
    answer()

    await draw()

    const row = await screen.findByRole('row', { name: /second/ })
    expect(await within(row).findByRole('link', { name: '+5.12 %' })).toHaveAttribute(
      'href',
      '/backtests/r1',
    )
    expect(within(row).getByText('1 error')).toBeVisible()
    expect(within(screen.getByRole('row', { name: /first/ })).getByText('None')).toBeVisible()
  })

  it('are compared: the last two at first', async () => {
    answer()

    const onSearch = await draw()

    expect(await screen.findByText('Version 1 → version 2')).toBeVisible()
    await userEvent.click(screen.getByRole('radio', { name: 'Inline' }))
    expect(onSearch).toHaveBeenCalledWith({ view: 'inline' })
    await userEvent.click(screen.getByRole('radio', { name: 'Compare from version 2' }))
    expect(onSearch).toHaveBeenCalledWith({ from: 2 })
  })

  it('are restored as a new one', async () => {
    answer()
    const sent = vi.fn()
    server.use(
      http.post(VERSIONS, async ({ request }) => {
        sent(await request.json())
        return HttpResponse.json(aVersion({ number: 3 }), { status: 201 })
      }),
    )
    await draw()

    await userEvent.click(await screen.findByRole('button', { name: 'Restore version 1' }))

    await vi.waitFor(() =>
      expect(sent).toHaveBeenCalledWith({
        code: 'x = 1',
        note: 'Version 1 restored',
        parameters: null,
      }),
    )
    expect(screen.queryByRole('button', { name: 'Restore version 2' })).not.toBeInTheDocument()
  })

  it('lead to the editor when there is none', async () => {
    answer([])

    await draw()

    expect(await screen.findByRole('link', { name: 'Open the editor' })).toBeVisible()
  })

  it('say when they cannot be loaded', async () => {
    answer()
    const problem = { title: 'x', status: 404, detail: 'There is no such strategy.' }
    server.use(http.get(VERSIONS, () => HttpResponse.json(problem, { status: 404 })))

    await draw()

    expect(await screen.findByRole('alert')).toHaveTextContent('There is no such strategy.')
  })
})
