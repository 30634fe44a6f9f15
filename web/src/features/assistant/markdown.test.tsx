import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { Markdown } from './markdown'
import { serverEvents } from './stream'

const draw = (text: string) => render(<Markdown text={text} />).container

describe('what a model writes', () => {
  it('has paragraphs, lists, headings, code and emphasis', () => {
    draw('# Title\n\nOne **bold** and *soft* `code`.\n\n- a\n- b\n\n1. x\n\n```\nx = 1\n```')

    expect(screen.getAllByRole('list')).toHaveLength(2)
    expect(screen.getAllByRole('listitem')).toHaveLength(3)
    expect(screen.getByText('bold').tagName).toBe('STRONG')
    expect(screen.getByText('soft').tagName).toBe('EM')
    expect(screen.getByText('x = 1').tagName).toBe('CODE')
  })

  it.each([
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '![pixel](https://evil.example/p.png?secret=1)',
    '[click](javascript:alert(1))',
    '[bank](https://evil.example)',
    'https://evil.example/?q=secret',
    '<a href="https://evil.example">x</a>',
    '**[x](https://evil.example)**',
  ])('fetches and opens nothing: %s', (text) => {
    const { innerHTML } = draw(text)

    expect(innerHTML).not.toMatch(/<(img|a|script|iframe|object|style|form)\b/)
  })

  it('shows an address where a link would lead', () => {
    draw('See [the docs](https://evil.example/x).')

    expect(screen.getByText('See the docs (https://evil.example/x).')).toBeVisible()
  })

  it('is drawn as far as it has come', () => {
    expect(draw('```\nx = ').innerHTML).toContain('<code>x = </code>')
    expect(draw('a **bo')).toHaveTextContent('a **bo')
  })
})

describe('a stream of events', () => {
  it('is read however the net cuts it', async () => {
    const bytes = new TextEncoder().encode(
      ': here\n\nevent: text\ndata: {"delta":"ü"}\n\nevent: done\r\ndata: {}\r\n\r\nevent: cut',
    )
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
        controller.close()
      },
    })
    const found = []
    for await (const event of serverEvents(stream)) found.push(event)

    expect(found).toEqual([
      { name: 'text', data: '{"delta":"ü"}' },
      { name: 'done', data: '{}' },
    ])
  })
})
