import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { show } from '@/testing'

import { Prose } from './prose'

test('Markdown becomes headings, lists, tables, quotes and code', async () => {
  await show(
    <Prose
      text={
        '# How\n\nIt *waits* for `rsi`, **always**.\n\n1. buy\n2. sell\n\n> beware\n\n```python\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |'
      }
    />,
  )

  expect(screen.getByRole('heading', { level: 3, name: 'How' })).toBeVisible()
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['buy', 'sell'])
  expect(screen.getByRole('cell', { name: '2' })).toBeVisible()
  expect(screen.getByText('x = 1')).toBeVisible()
  expect(screen.getByText('always').tagName).toBe('STRONG')
  expect(screen.getByText('beware')).toBeVisible()
})

test('HTML is text and a picture is never fetched', async () => {
  const { container } = await show(
    <Prose
      text={
        'Look <img src=x onerror=alert(1)> here\n\n<script>alert(1)</script>\n\n![a chart](https://example.org/p.png)'
      }
    />,
  )

  expect(container.innerHTML).not.toMatch(/<(img|script)/i)
  expect(screen.getByText(/onerror=alert/)).toBeVisible()
  expect(screen.getByText('a chart')).toBeVisible()
})

test.each([
  '[x](javascript:alert(1))',
  '[x](data:text/html,x)',
  '[x](/home)',
  '[x](//example.org)',
  '[x](&#106;avascript:alert(1))',
  '<javascript:alert(1)>',
])('%s leads nowhere', async (text) => {
  await show(<Prose text={text} />)

  expect(screen.queryByRole('link')).toBeNull()
})

test('a link leads to a web page, which learns nothing of where it came from', async () => {
  await show(<Prose text="[paper](https://example.org/paper)" />)

  const link = screen.getByRole('link', { name: 'paper' })
  expect(link).toHaveAttribute('href', 'https://example.org/paper')
  expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow ugc')
})
