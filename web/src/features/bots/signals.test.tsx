import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { botSchema } from './schemas'
import { Signals } from './signals'
import { aBot } from './testing'

const parsed = (change: Parameters<typeof aBot>[0] = {}) => botSchema.parse(aBot(change))
const asked: [method: string, body: unknown][] = []

beforeEach(() => {
  asked.length = 0
  server.use(
    http.post(`${API}/bots/b1/signal-token`, async ({ request }) => {
      asked.push(['POST', await request.json()])
      return HttpResponse.json({ token: 'me.b1.a-secret' }, { status: 201 })
    }),
    http.delete(`${API}/bots/b1/signal-token`, () => {
      asked.push(['DELETE', null])
      return HttpResponse.json(aBot())
    }),
    http.get(`${API}/bots/b1/commands`, () => HttpResponse.json({ items: [] })),
  )
})

test('the message of the alert is shown once, with the token in its body', async () => {
  await show(<Signals bot={parsed()} />)

  await userEvent.click(screen.getByRole('button', { name: 'Allow signals…' }))
  await userEvent.click(screen.getByRole('button', { name: 'Make a token' }))

  const message = await screen.findByLabelText('Message of the alert')
  expect(JSON.parse(message.textContent)).toEqual({
    token: 'me.b1.a-secret',
    pair: '{{ticker}}',
    at: '{{timenow}}',
  })
  expect(screen.getByText(/\/api\/v1\/bots\/signals$/)).not.toHaveTextContent('a-secret')
  await userEvent.click(screen.getByRole('button', { name: 'Done' }))
  expect(screen.queryByText(/a-secret/)).not.toBeInTheDocument()
})

test('real money takes signals only after its name was typed', async () => {
  await show(<Signals bot={parsed({ mode: 'live' })} />)

  await userEvent.click(screen.getByRole('button', { name: 'Allow signals…' }))
  const dialog = within(screen.getByRole('dialog'))
  expect(dialog.getByRole('button', { name: 'Make a token' })).toBeDisabled()
  await userEvent.type(dialog.getByRole('textbox'), 'Swing')
  await userEvent.click(dialog.getByRole('button', { name: 'Make a token' }))

  await waitFor(() => expect(asked).toEqual([['POST', { confirmName: 'Swing' }]]))
})

test('signals are given up with one press', async () => {
  await show(<Signals bot={parsed({ takesSignals: true })} />)

  await userEvent.click(screen.getByRole('button', { name: 'Take none' }))

  await waitFor(() => expect(asked).toEqual([['DELETE', null]]))
})
