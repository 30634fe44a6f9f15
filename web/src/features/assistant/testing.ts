import { API, http, HttpResponse, server } from '@/testing'

import type { Budget, Engine, Message, Offer, Proposal, Result } from './schemas'

export function aBudget(changes: Partial<Budget> = {}): Budget {
  return { tokens: { used: 1_000, limit: 400_000 }, runs: { used: 2, limit: 30 }, ...changes }
}

export function aProposal(changes: Partial<Proposal> = {}): Proposal {
  return {
    kind: 'proposal',
    code: 'stoploss = -0.1',
    diff: {
      added: 1,
      removed: 1,
      unified: '--- now\n+++ proposed\n@@ -1 +1 @@\n-stoploss = -0.05\n+stoploss = -0.1',
    },
    sentence: 'On 5m candles: Stop at a loss of 10 %.',
    understood: ['Stop at 10 %'],
    findings: [],
    ...changes,
  }
}

export const OFFER: Offer = {
  kind: 'backtest',
  exchange: 'simulated',
  pairs: ['BTC/USDT'],
  start: '2025-01-01T00:00:00+00:00',
  end: '2025-01-31T00:00:00+00:00',
  isSimulated: true,
}

export const RESULT: Result = {
  kind: 'result',
  runId: 'r1',
  title: 'Buyer, version 3: BTC/USDT, 5m, 30 days from 2025-01-01',
  figures: [{ name: 'profit_total', title: 'Total profit', value: '5.00 %' }],
  certificate: 'Data certificate: simulated candles, 1 pairs; 0 candles missing.',
  risk: 'Past results do not show what will come.',
}

export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    number: 1,
    role: 'assistant',
    text: 'Hello.',
    at: '2026-01-05T12:00:00Z',
    parts: [],
    engine: 'gemini',
    isStopped: false,
    ...changes,
  }
}

const CONVERSATION = {
  id: 'c1',
  strategyId: 's1',
  title: 'Buy the dip',
  messages: 0,
  createdAt: '2026-01-05T12:00:00Z',
  updatedAt: '2026-01-05T12:00:00Z',
}

interface Chat {
  engine: Engine
  budget: Budget
  messages: Message[]
  /** Whether the conversation is there before anything is said. */
  hasConversation: boolean
}

/** A server with one conversation about one strategy; tests change what it has. */
export function aChat(changes: Partial<Chat> = {}): Chat {
  const chat: Chat = {
    engine: 'gemini',
    budget: aBudget(),
    messages: [],
    hasConversation: true,
    ...changes,
  }
  server.use(
    http.get(`${API}/assistant`, () =>
      HttpResponse.json({ engine: chat.engine, budget: chat.budget }),
    ),
    http.get(`${API}/assistant/conversations`, () =>
      HttpResponse.json({ items: chat.hasConversation ? [CONVERSATION] : [] }),
    ),
    http.post(`${API}/assistant/conversations`, () => {
      chat.hasConversation = true
      return HttpResponse.json(CONVERSATION, { status: 201 })
    }),
    http.get(`${API}/assistant/conversations/c1`, () =>
      HttpResponse.json({ conversation: CONVERSATION, messages: chat.messages }),
    ),
    http.delete(`${API}/assistant/conversations/c1`, () => {
      chat.hasConversation = false
      return new HttpResponse(null, { status: 204 })
    }),
  )
  return chat
}

export interface Stream {
  say: (name: string, data: object) => void
  cut: () => void
  end: () => void
  /** What was sent. */
  asked: { text: string; code: string }[]
  wasLeft: () => boolean
}

/** The next replies come from the test, event by event. */
export function aStream(): Stream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let isLeft = false
  const asked: Stream['asked'] = []
  server.use(
    http.post(`${API}/assistant/conversations/c1/messages`, async ({ request }) => {
      asked.push((await request.json()) as Stream['asked'][number])
      const body = new ReadableStream<Uint8Array>({
        start: (made) => {
          controller = made
        },
        cancel: () => {
          isLeft = true
        },
      })
      request.signal.addEventListener('abort', () => {
        isLeft = true
      })
      return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
    }),
  )
  return {
    asked,
    wasLeft: () => isLeft,
    say: (name, data) =>
      controller?.enqueue(encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)),
    cut: () => controller?.error(new Error('cut')),
    end: () => {
      controller?.enqueue(
        encoder.encode(
          `event: done\ndata: ${JSON.stringify({ tokens: 9, budget: aBudget() })}\n\n`,
        ),
      )
      controller?.close()
    },
  }
}
