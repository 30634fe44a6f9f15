import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { anAuthor } from '../testing'
import { AuthorView } from './author-view'

const PATH = `${API}/marketplace/authors/ada`

test('what an author withdrew and what failed stands beside what is shown', async () => {
  server.use(http.get(PATH, () => HttpResponse.json(anAuthor({ about: 'Trades *slowly*.' }))))
  await show(<AuthorView handle="ada" />)

  const figures = await screen.findAllByRole('definition')
  expect(figures.map((figure) => figure.textContent)).toEqual([
    '56 versions',
    '10 times by a moderator',
    '2of 4 that were followed',
    '1of 4 that were followed',
    '+2.00 %−4.00 % to +9.00 %',
    '0.80−0.50 to 1.90',
  ])
  expect(screen.getByText('slowly').tagName).toBe('EM')
  expect(screen.getByRole('link', { name: 'Steady trend' })).toHaveAttribute(
    'href',
    '/marketplace/l1',
  )
})

test('an author without a followed version has no middle figure', async () => {
  const { record } = anAuthor()
  server.use(
    http.get(PATH, () =>
      HttpResponse.json(
        anAuthor({ listings: [], record: { ...record, followed: 0, profit: null, sharpe: null } }),
      ),
    ),
  )
  await show(<AuthorView handle="ada" />)

  expect(await screen.findAllByText('nothing followed yet')).toHaveLength(2)
  expect(screen.queryByRole('list', { name: 'Strategies' })).toBeNull()
})

test('a handle that nobody has leads nowhere', async () => {
  server.use(http.get(PATH, () => HttpResponse.json({ title: 'x', status: 404 }, { status: 404 })))
  await show(<AuthorView handle="ada" />)

  expect(await screen.findByRole('heading', { name: 'Nothing here' })).toBeVisible()
})
