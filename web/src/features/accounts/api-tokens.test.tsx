import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { ApiTokens } from './api-tokens'

const TOKEN = {
  id: 't1',
  name: 'laptop',
  scopes: ['read'],
  createdAt: '2026-01-01T00:00:00Z',
  expiresAt: '2099-01-01T00:00:00Z',
  revokedAt: null,
}

function answer(items: object[]): void {
  server.use(http.get(`${API}/me/tokens`, () => HttpResponse.json({ items })))
}

describe('the list of tokens', () => {
  test('offers to make one when there is none', async () => {
    answer([])
    await show(<ApiTokens />)

    await userEvent.click(await screen.findByRole('button', { name: 'Make a token' }))

    expect(screen.getByRole('dialog', { name: 'New API token' })).toBeVisible()
  })

  test('says in words why it cannot be shown, and tries again', async () => {
    server.use(
      http.get(
        `${API}/me/tokens`,
        () =>
          HttpResponse.json(
            { title: 'Forbidden', status: 403, detail: 'Not for you.' },
            { status: 403 },
          ),
        { once: true },
      ),
    )
    await show(<ApiTokens />)
    expect(await screen.findByRole('alert')).toHaveTextContent('Not for you.')

    answer([TOKEN])
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }))

    expect(await screen.findByRole('rowheader', { name: 'laptop' })).toBeVisible()
  })

  test('shows what is revoked or over without a button', async () => {
    answer([
      { ...TOKEN, id: 'a', name: 'old', expiresAt: '2020-01-01T00:00:00Z' },
      { ...TOKEN, id: 'b', name: 'lost', revokedAt: '2026-02-01T00:00:00Z' },
    ])
    await show(<ApiTokens />)

    expect(await screen.findByText('expired')).toBeVisible()
    expect(screen.getByText('revoked 1 Feb 2026')).toBeVisible()
    expect(screen.queryByRole('button', { name: /^Revoke/ })).toBeNull()
  })
})

describe('a new token', () => {
  test('is shown once, and gone when the dialog is left', async () => {
    answer([])
    server.use(
      http.post(`${API}/me/tokens`, async ({ request }) => {
        expect(await request.json()).toEqual({ name: 'ci', scopes: ['read'], expiresInDays: 90 })
        return HttpResponse.json({ token: 'cw_secret', details: TOKEN }, { status: 201 })
      }),
    )
    await show(<ApiTokens />)
    await userEvent.click(await screen.findByRole('button', { name: 'New token' }))
    const dialog = within(screen.getByRole('dialog'))
    await userEvent.type(dialog.getByLabelText('Name'), 'ci')
    await userEvent.click(dialog.getByRole('button', { name: 'Make the token' }))

    expect(await screen.findByText('cw_secret')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'I have it' }))
    expect(screen.queryByText('cw_secret')).toBeNull()
  })

  test('without a name or a right is refused beside the field', async () => {
    answer([])
    await show(<ApiTokens />)
    await userEvent.click(await screen.findByRole('button', { name: 'New token' }))
    await userEvent.click(screen.getByRole('checkbox', { name: /^read/ }))
    await userEvent.click(screen.getByRole('button', { name: 'Make the token' }))

    expect(await screen.findByText('Name the token after what will use it.')).toBeVisible()
    expect(screen.getByText('Choose what the token may do.')).toBeVisible()
    expect(screen.getByLabelText('Name')).toHaveAttribute('aria-invalid', 'true')
  })
})
