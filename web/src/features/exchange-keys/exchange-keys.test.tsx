import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { ExchangeKeys } from './exchange-keys'

const KEY = {
  id: 'k1',
  name: 'Main',
  venue: 'binance',
  lastFour: '9f3a',
  version: 1,
  isBoundToAddresses: false,
  problem: '',
  advice: 'Bind it to our address.',
  createdAt: '2026-11-01T00:00:00Z',
  checkedAt: '2026-11-01T00:00:00Z',
}

const page = (
  <ExchangeKeys venues={[{ id: 'binance', title: 'Binance' }]} addresses={['192.0.2.7']} />
)

test('keys show their last four signs and what to do about them', async () => {
  server.use(http.get(`${API}/exchange-keys`, () => HttpResponse.json({ items: [KEY] })))
  await show(page)

  const row = within(await screen.findByRole('row', { name: /Main/ }))
  expect(row.getByText('…9f3a')).toBeVisible()
  expect(row.getByText('Bind it to our address.')).toBeVisible()
})

test('a key is checked at the exchange, and a refusal keeps what was typed', async () => {
  const sent: unknown[] = []
  server.use(
    http.get(`${API}/exchange-keys`, () => HttpResponse.json({ items: [] })),
    http.post(`${API}/exchange-keys`, async ({ request }) => {
      sent.push(await request.json())
      return HttpResponse.json(
        { title: 'Invalid', status: 422, code: 'invalid', detail: 'This key may withdraw.' },
        { status: 422 },
      )
    }),
  )
  await show(page)

  const [add] = await screen.findAllByRole('button', { name: 'Add a key' })
  await userEvent.click(add ?? document.body)
  const dialog = within(screen.getByRole('dialog', { name: 'Add an exchange key' }))
  expect(dialog.getByText('192.0.2.7')).toBeVisible()
  await userEvent.click(dialog.getByRole('button', { name: 'Check and add' }))
  expect(await dialog.findAllByText('Copy the whole text from the exchange.')).toHaveLength(2)
  await userEvent.type(dialog.getByLabelText('Name'), 'Main')
  await userEvent.type(dialog.getByLabelText('API key'), 'abcdefgh1234')
  await userEvent.type(dialog.getByLabelText('Secret'), 'ijklmnop5678')
  await userEvent.click(dialog.getByRole('button', { name: 'Check and add' }))

  expect(await dialog.findByText('This key may withdraw.')).toBeVisible()
  expect(dialog.getByLabelText('Secret')).toHaveValue('ijklmnop5678')
  await waitFor(() =>
    expect(sent).toEqual([
      { name: 'Main', venue: 'binance', apiKey: 'abcdefgh1234', secret: 'ijklmnop5678' },
    ]),
  )
})

test('no key can be added before the exchanges are known', async () => {
  server.use(http.get(`${API}/exchange-keys`, () => HttpResponse.json({ items: [] })))
  await show(<ExchangeKeys venues={[]} addresses={[]} />)

  for (const button of await screen.findAllByRole('button', { name: 'Add a key' })) {
    expect(button).toBeDisabled()
  }
})
