import { screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { NoticeList } from './notice-list'

const NOTICE = {
  id: 'n1',
  listingId: 'l1',
  title: 'Steady trend',
  text: 'Version 2 is out.',
  at: '2025-05-01T00:00:00Z',
  isRead: false,
}

function answer(items: object[], unread: number): void {
  server.use(
    http.get(`${API}/marketplace/my/notices`, () =>
      HttpResponse.json({ items, unread, nextCursor: null }),
    ),
  )
}

test('what is new is marked, and read by a press up to the newest', async () => {
  answer([NOTICE], 1)
  await show(<NoticeList />)
  server.use(
    http.post(`${API}/marketplace/my/notices/read`, async ({ request }) => {
      expect(await request.json()).toEqual({ until: NOTICE.at })
      answer([{ ...NOTICE, isRead: true }], 0)
      return HttpResponse.json({ unread: 0 })
    }),
  )

  const item = within(await screen.findByRole('listitem'))
  expect(item.getByText('New')).toBeVisible()
  expect(item.getByRole('link', { name: 'Steady trend' })).toHaveAttribute(
    'href',
    '/marketplace/l1',
  )
  await userEvent.click(screen.getByRole('button', { name: 'Mark all as read' }))

  expect(await screen.findByText('All of it is read')).toBeVisible()
  expect(screen.queryByText('New')).toBeNull()
})

test('who is told nothing reads how to be', async () => {
  answer([], 0)
  await show(<NoticeList />)

  expect(await screen.findByText(/Watch a strategy to be told/)).toBeVisible()
})
