import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { API, http, HttpResponse, server, show } from '@/testing'

import { ChatPanel } from './chat-panel'
import { aBudget, aChat, aMessage, aProposal, aStream, OFFER, RESULT } from './testing'

const CODE = 'stoploss = -0.05'

const saved = vi.fn<(version: number, code: string) => void>()

async function draw(code = CODE) {
  const onCode = vi.fn()
  await show(<ChatPanel strategyId="s1" code={code} onCode={onCode} onSaved={saved} />)
  return onCode
}

async function say(text: string) {
  await userEvent.type(await screen.findByLabelText('Message'), `${text}{Enter}`)
}

const press = async (name: string | RegExp) =>
  userEvent.click(await screen.findByRole('button', { name }))

beforeEach(() => localStorage.clear())

describe('a conversation', () => {
  it('begins with examples that can be pressed', async () => {
    aChat({ hasConversation: false })
    const stream = aStream()
    await draw()

    await press(/buy when RSI is below 30/)

    await waitFor(() => expect(stream.asked).toHaveLength(1))
    expect(stream.asked[0]?.text).toContain('RSI')
    stream.end()
  })

  it('shows the reply while it is made, then what the server stored', async () => {
    const chat = aChat()
    const stream = aStream()
    await draw()

    await say('What is RSI?')
    await waitFor(() => expect(stream.asked).toEqual([{ text: 'What is RSI?', code: CODE }]))
    stream.say('text', { delta: 'It measures ' })
    expect(await screen.findByText('It measures')).toBeVisible()
    expect(screen.getByText('The assistant is answering.')).toHaveAttribute('role', 'status')
    stream.say('text', { delta: 'momentum.' })
    chat.messages = [
      aMessage({ role: 'user', text: 'What is RSI?' }),
      aMessage({ number: 2, text: 'It measures momentum.' }),
    ]
    stream.end()

    expect(await screen.findByRole('button', { name: 'Send' })).toBeVisible()
    const status = screen.getAllByText('It measures momentum.')
    expect(status.some((item) => item.getAttribute('role') === 'status')).toBe(true)
    expect(screen.getAllByText('What is RSI?')).toHaveLength(1)
  })

  it('is stopped by Escape, and the reply so far stays', async () => {
    aChat()
    const stream = aStream()
    await draw()
    await say('Talk')
    await waitFor(() => expect(stream.asked).toHaveLength(1))
    stream.say('text', { delta: 'So far' })
    await screen.findByText('So far')

    await userEvent.type(screen.getByLabelText('Message'), '{Escape}')

    expect(await screen.findByText('Stopped.')).toBeVisible()
    expect(screen.getByText('So far')).toBeVisible()
    await waitFor(() => expect(stream.wasLeft()).toBe(true))
    expect(screen.getByRole('button', { name: 'Send' })).toBeVisible()
  })

  it('says when the reply breaks off, and tries again', async () => {
    aChat()
    const stream = aStream()
    await draw()
    await say('Talk')
    await waitFor(() => expect(stream.asked).toHaveLength(1))
    stream.say('text', { delta: 'It beg' })
    await screen.findByText('It beg')
    stream.cut()

    await press('Try again')

    await waitFor(() => expect(stream.asked).toHaveLength(2))
    expect(stream.asked[1]?.text).toBe('Talk')
    stream.end()
    expect(await screen.findByRole('button', { name: 'Send' })).toBeVisible()
  })

  it('says that the budget is used up, in the words of the server', async () => {
    aChat({ budget: aBudget({ tokens: { used: 400_000, limit: 400_000 } }) })
    const detail = 'The chat’s 400,000 tokens of today are used up.'
    server.use(
      http.post(`${API}/assistant/conversations/c1/messages`, () =>
        HttpResponse.json(
          { title: 'Too Many Requests', status: 429, detail, code: 'quota_exceeded' },
          { status: 429 },
        ),
      ),
    )
    await draw()

    await say('More')

    expect(await screen.findByText(detail)).toBeVisible()
    expect(screen.getByText(/0 of 400,000/)).toBeVisible()
  })

  it('waits a moment when the last reply is still being stopped', async () => {
    aChat()
    const stream = aStream()
    const busy = {
      title: 'Conflict',
      status: 409,
      detail: 'A reply is under way.',
      code: 'conflict',
    }
    server.use(
      http.post(
        `${API}/assistant/conversations/c1/messages`,
        () => HttpResponse.json(busy, { status: 409 }),
        { once: true },
      ),
    )
    await draw()

    await say('Again')

    await waitFor(() => expect(stream.asked).toHaveLength(1), { timeout: 5_000 })
    stream.end()
  })

  it('can be deleted after a question', async () => {
    const chat = aChat({ messages: [aMessage()] })
    await draw()
    await screen.findByText('Hello.', { selector: 'article *' })

    await press('Delete this conversation')
    await userEvent.click(
      within(screen.getByRole('dialog')).getByRole('button', { name: 'Delete' }),
    )

    await waitFor(() => expect(chat.hasConversation).toBe(false))
    expect(await screen.findByText(/Say in plain words/)).toBeVisible()
  })
})

describe('what a reply holds', () => {
  it('is a proposal with what was understood, its changes, and a button to use it', async () => {
    aChat({ messages: [aMessage({ parts: [aProposal()] })] })
    const onCode = await draw()

    const card = await screen.findByRole('region', { name: 'Proposal' })
    expect(within(card).getByText('Stop at 10 %')).toBeVisible()
    expect(within(card).getByText(/1 lines added, 1 removed/)).toBeVisible()
    expect(within(card).getByText('+stoploss = -0.1')).toHaveAttribute('data-kind', 'added')
    await press('Use it')

    expect(onCode).toHaveBeenCalledExactlyOnceWith('stoploss = -0.1')
  })

  it('says when the proposal is in the draft already', async () => {
    aChat({ messages: [aMessage({ parts: [aProposal()] })] })
    await draw('stoploss = -0.1')

    expect(await screen.findByText('In your draft')).toBeVisible()
    expect(screen.queryByRole('button', { name: 'Use it' })).toBeNull()
  })

  it('is a question whose choices are sent as they say', async () => {
    const choices = [
      { label: '5 %', text: 'Buy a dip of 5 %' },
      { label: '10 %', text: 'Buy a dip of 10 %' },
    ]
    aChat({ messages: [aMessage({ parts: [{ kind: 'question', text: 'How deep?', choices }] })] })
    const stream = aStream()
    await draw()

    await press('10 %')

    await waitFor(() => expect(stream.asked[0]?.text).toBe('Buy a dip of 10 %'))
    stream.end()
  })

  it('is a result with certificate, risk and a link to the run', async () => {
    aChat({ messages: [aMessage({ parts: [RESULT] })] })
    await draw()

    const card = await screen.findByRole('region', { name: 'Result' })
    expect(within(card).getByText('5.00 %')).toBeVisible()
    expect(within(card).getByText(/Data certificate/)).toBeVisible()
    expect(within(card).getByText(/Past results/)).toBeVisible()
    expect(within(card).getByRole('link')).toHaveAttribute('href', '/backtests/r1')
  })

  it('names the offline parser and shows no tokens then', async () => {
    aChat({ engine: 'offline' })
    await draw()

    expect(await screen.findByText('Offline parser')).toBeVisible()
    expect(screen.queryByText(/tokens left/)).toBeNull()
    expect(screen.getByText(/28 of 30 backtests left today/)).toBeVisible()
  })
})

describe('a backtest', () => {
  const done: string[] = []
  const step = (name: string) => done.push(name)

  beforeEach(() => {
    done.length = 0
    const run = { id: 'r1', progress: null, failure: null }
    server.use(
      http.post(`${API}/assistant/conversations/c1/runs`, () => {
        step('count')
        return HttpResponse.json(aBudget())
      }),
      http.get(`${API}/strategies/s1`, () => HttpResponse.json({ id: 's1', latestVersion: 2 })),
      http.get(`${API}/strategies/s1/versions/2`, () =>
        HttpResponse.json({ number: 2, code: CODE }),
      ),
      http.post(`${API}/strategies/s1/versions`, async ({ request }) => {
        step(`save ${((await request.json()) as { code: string }).code}`)
        return HttpResponse.json({ number: 3, code: null }, { status: 201 })
      }),
      http.post(`${API}/backtests`, async ({ request }) => {
        const body = (await request.json()) as { version: number; pairs: string[] }
        step(`run ${body.version} ${body.pairs.join()}`)
        return HttpResponse.json({ ...run, state: 'queued' }, { status: 202 })
      }),
      http.get(`${API}/backtests/r1`, () => HttpResponse.json({ ...run, state: 'succeeded' })),
      http.post(`${API}/assistant/conversations/c1/results`, () => {
        step('show')
        return HttpResponse.json(aMessage({ parts: [RESULT] }), { status: 201 })
      }),
    )
  })

  it('runs after a press alone: count, save, run, show', async () => {
    aChat({ messages: [aMessage({ parts: [aProposal(), OFFER] })] })
    const onCode = await draw()
    await screen.findByText(/30 days/)
    expect(done).toEqual([])

    await press('Use it and run a backtest')

    await waitFor(() => expect(done.at(-1)).toBe('show'), { timeout: 8_000 })
    expect(done).toEqual(['count', 'save stoploss = -0.1', 'run 3 BTC/USDT', 'show'])
    expect(saved).toHaveBeenLastCalledWith(3, 'stoploss = -0.1')
    expect(onCode).toHaveBeenCalledExactlyOnceWith('stoploss = -0.1')
  }, 20_000)

  it('saves no version of code that is one already', async () => {
    aChat({ messages: [aMessage({ parts: [OFFER] })] })
    await draw()

    await press('Run a backtest')

    await waitFor(() => expect(done.at(-1)).toBe('show'), { timeout: 8_000 })
    expect(done).toEqual(['count', 'run 2 BTC/USDT', 'show'])
  }, 20_000)

  it('does not run by itself, unless that was switched on', async () => {
    const chat = aChat()
    const stream = aStream()
    const onCode = await draw()
    const reply = async (count: number) => {
      await waitFor(() => expect(stream.asked).toHaveLength(count))
      stream.say('proposal', { ...aProposal(), spec: null })
      stream.say('backtest', OFFER)
      chat.messages = [aMessage({ parts: [aProposal(), OFFER] })]
      stream.end()
      await screen.findByRole('button', { name: 'Send' })
    }
    await say('Stop at 10 %')
    await reply(1)
    expect(done).toEqual([])
    expect(onCode).not.toHaveBeenCalled()

    await userEvent.click(screen.getByLabelText(/by themselves/))
    await say('Stop at 10 %')
    await reply(2)

    await waitFor(() => expect(done.at(-1)).toBe('show'), { timeout: 8_000 })
    expect(onCode).toHaveBeenCalledExactlyOnceWith('stoploss = -0.1')
  }, 20_000)

  it('says when the budget of runs is used up, and saves nothing', async () => {
    aChat({ messages: [aMessage({ parts: [OFFER] })] })
    const detail = 'The chat’s 30 backtests of today are used up.'
    server.use(
      http.post(`${API}/assistant/conversations/c1/runs`, () =>
        HttpResponse.json({ title: 'Too Many', status: 429, detail }, { status: 429 }),
      ),
    )
    await draw()

    await press('Run a backtest')

    expect(await screen.findByText(detail)).toBeVisible()
    expect(done).toEqual([])
  })

  it('says why a run failed, with a link to it', async () => {
    aChat({ messages: [aMessage({ parts: [OFFER] })] })
    server.use(
      http.get(`${API}/backtests/r1`, () =>
        HttpResponse.json({
          id: 'r1',
          progress: null,
          failure: { message: 'KeyError: rsi' },
          state: 'failed',
        }),
      ),
    )
    await draw()

    await press('Run a backtest')

    expect(await screen.findByText(/KeyError: rsi/, {}, { timeout: 8_000 })).toBeVisible()
    expect(screen.getByRole('link', { name: 'Open the run' })).toBeVisible()
  }, 20_000)
})
