import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { ShareButton } from './share-button'

const OPEN = {
  token: 't1',
  title: 'Look at this',
  path: '/s/t1',
  embedPath: '/s/t1/embed',
  picturePath: '/s/t1/picture.png',
  isOpen: true,
  createdAt: '2026-01-05T00:00:00Z',
  expiresAt: null,
  revokedAt: null,
}
const OVER = {
  ...OPEN,
  token: 't0',
  title: 'Old',
  isOpen: false,
  revokedAt: '2026-01-06T00:00:00Z',
}

function answer(items: object[]): void {
  server.use(http.get(`${API}/backtests/r1/shares`, () => HttpResponse.json({ items })))
}

async function open(): Promise<void> {
  await show(<ShareButton runId="r1" />)
  await userEvent.click(screen.getByRole('button', { name: 'Share' }))
}

test('a link is made with a title and an end, and then listed', async () => {
  answer([])
  await open()
  const dialog = within(screen.getByRole('dialog', { name: 'Share this result' }))
  server.use(
    http.post(`${API}/backtests/r1/shares`, async ({ request }) => {
      const body = (await request.json()) as { title: string; expiresAt: string }
      expect(body.title).toBe('Look at this')
      const days = (Date.parse(body.expiresAt) - Date.now()) / 86_400_000
      expect(days).toBeCloseTo(7, 1)
      answer([OPEN])
      return HttpResponse.json(OPEN, { status: 201 })
    }),
  )

  await userEvent.type(dialog.getByLabelText('Title'), ' Look at this ')
  await userEvent.selectOptions(dialog.getByLabelText('The link shows it for'), 'A week')
  await userEvent.click(dialog.getByRole('button', { name: 'Make a link' }))

  expect(await dialog.findByRole('link', { name: 'Look at this' })).toHaveAttribute('href', '/s/t1')
})

test('a link that was taken back says so, and offers nothing more', async () => {
  answer([OPEN, OVER])
  await open()
  const dialog = within(screen.getByRole('dialog', { name: 'Share this result' }))

  expect(await dialog.findByText('Taken back 6 Jan 2026')).toBeVisible()
  expect(dialog.getAllByRole('button', { name: 'Take it back' })).toHaveLength(1)
  expect(dialog.queryByRole('link', { name: 'Old' })).toBeNull()
})

test('taking a link back that fails says why, and tries again', async () => {
  answer([OPEN])
  await open()
  const dialog = within(screen.getByRole('dialog', { name: 'Share this result' }))
  server.use(
    http.delete(
      `${API}/backtests/r1/shares/t1`,
      () =>
        HttpResponse.json(
          { title: 'Unavailable', status: 503, detail: 'Try again in a moment.' },
          { status: 503 },
        ),
      { once: true },
    ),
    http.delete(`${API}/backtests/r1/shares/t1`, () => {
      answer([OVER])
      return new HttpResponse(null, { status: 204 })
    }),
  )

  await userEvent.click(await dialog.findByRole('button', { name: 'Take it back' }))
  expect(await dialog.findByText('Try again in a moment.')).toBeVisible()
  await userEvent.click(dialog.getByRole('button', { name: 'Take it back' }))

  expect(await dialog.findByText('Taken back 6 Jan 2026')).toBeVisible()
})

test('what cannot be made says why and keeps what was typed', async () => {
  answer([])
  await open()
  const dialog = within(screen.getByRole('dialog', { name: 'Share this result' }))
  server.use(
    http.post(`${API}/backtests/r1/shares`, () =>
      HttpResponse.json(
        { title: 'Too many', status: 429, detail: 'A result may have 20 open links.' },
        { status: 429 },
      ),
    ),
  )

  await userEvent.type(dialog.getByLabelText('Title'), 'Mine')
  await userEvent.click(dialog.getByRole('button', { name: 'Make a link' }))

  expect(await dialog.findByText('A result may have 20 open links.')).toBeVisible()
  expect(dialog.getByLabelText('Title')).toHaveValue('Mine')
})
