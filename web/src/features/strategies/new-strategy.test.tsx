import { fireEvent, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { NewStrategy } from './new-strategy'
import { aStrategy, aVersion } from './testing'

function answer() {
  const sent = vi.fn()
  server.use(
    http.post(`${API}/strategies`, async ({ request }) => {
      sent(await request.json())
      return HttpResponse.json(aStrategy({ id: 'new', latestVersion: 0 }), { status: 201 })
    }),
    http.post(`${API}/strategies/new/versions`, async ({ request }) => {
      sent(await request.json())
      return HttpResponse.json(aVersion({ strategyId: 'new', number: 1 }), { status: 201 })
    }),
  )
  return sent
}

const draw = () => show(<NewStrategy isOpen onClose={() => undefined} />)
const create = () => userEvent.click(screen.getByRole('button', { name: 'Create strategy' }))

describe('a new strategy', () => {
  it('comes from a template, under a name of its own', async () => {
    const sent = answer()
    const { router } = await draw()

    await userEvent.click(screen.getByRole('radio', { name: /Breakout/ }))
    await userEvent.type(screen.getByLabelText('Name'), 'My highs')
    await create()

    await vi.waitFor(() => expect(router.state.location.pathname).toBe('/strategies/new'))
    expect(sent).toHaveBeenNthCalledWith(1, { name: 'My highs' })
    expect(sent).toHaveBeenNthCalledWith(2, {
      code: expect.stringContaining('class Breakout(IStrategy)') as string,
      note: 'From the template “Breakout”',
    })
  })

  it('begins from blocks, with code of that class and the view remembered', async () => {
    const sent = answer()
    server.use(
      http.post(`${API}/specs/compile`, async ({ request }) => {
        const { spec } = (await request.json()) as { spec: { name: string } }
        return HttpResponse.json({ code: `class ${spec.name}(IStrategy): ...` })
      }),
    )
    const { router } = await draw()

    await userEvent.click(screen.getByRole('radio', { name: /From blocks/ }))
    await userEvent.type(screen.getByLabelText('Name'), '2 my first blocks')
    await create()

    await vi.waitFor(() => expect(router.state.location.pathname).toBe('/strategies/new'))
    expect(sent).toHaveBeenNthCalledWith(2, {
      code: 'class MyFirstBlocks(IStrategy): ...',
      note: 'Begun from blocks',
    })
    expect(localStorage.getItem('candlewick.view.new')).toBe('blocks')
  })

  it('comes from a file and is named like its class', async () => {
    const sent = answer()
    await draw()
    const file = new File(['class Mine(IStrategy):\r\n    pass\r\n'], 'mine.py')

    await userEvent.upload(screen.getByLabelText(/drop a Python file/), file)
    await screen.findByText('File: mine.py')
    await create()

    await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(2))
    expect(sent).toHaveBeenNthCalledWith(1, { name: 'Mine' })
    expect(sent).toHaveBeenNthCalledWith(2, {
      code: 'class Mine(IStrategy):\n    pass\n',
      note: 'Uploaded from mine.py',
    })
  })

  it.each([
    [new File(['x'], 'notes.txt'), /ends in \.py/],
    [new File([''], 'empty.py'), /empty/],
    [new File([new Uint8Array([0xff, 0xfe, 0x00])], 'binary.py'), /not UTF-8/],
    [new File(['#'.repeat(256 * 1024 + 1)], 'large.py'), /256 KiB/],
  ])('says what is wrong with a dropped file', async (file, message) => {
    await draw()

    fireEvent.drop(screen.getByText(/drop a Python file/), { dataTransfer: { files: [file] } })

    expect(await screen.findByRole('alert')).toHaveTextContent(message)
  })

  it('does not make a second strategy when saving the version failed the first time', async () => {
    const sent = answer()
    server.use(
      http.post(
        `${API}/strategies/new/versions`,
        () => HttpResponse.json({ title: 'x', status: 503, detail: 'Busy.' }, { status: 503 }),
        { once: true },
      ),
    )
    await draw()

    await create()
    expect(await screen.findByRole('alert')).toHaveTextContent('Busy.')
    await create()

    await vi.waitFor(() => expect(sent).toHaveBeenCalledTimes(2))
  })
})
