import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError, NetworkError } from '@/lib/problem'

import type { Draft } from '../api'
import { aDraft } from '../testing'
import { DraftKeeper, type DraftServer, type DraftState } from './draft-keeper'
import type { LocalDraft, LocalDrafts } from './local-drafts'

/** The API's drafts, with its revisions and its refusal of what is older. */
class FakeServer implements DraftServer {
  draft: Draft = aDraft()
  isOffline = false
  writes = 0

  read(): Promise<Draft> {
    return this.isOffline ? Promise.reject(new NetworkError()) : Promise.resolve(this.draft)
  }

  write(body: { code: string; baseVersion: number | null; revision: number }): Promise<Draft> {
    if (this.isOffline) return Promise.reject(new NetworkError())
    if (body.revision !== this.draft.revision) {
      return Promise.reject(new ApiError({ title: 'Conflict', status: 409 }))
    }
    this.writes += 1
    this.put(body.code, body.baseVersion)
    return Promise.resolve(this.draft)
  }

  delete(revision: number): Promise<void> {
    if (revision === this.draft.revision) this.draft = aDraft()
    return Promise.resolve()
  }

  put(code: string, baseVersion: number | null = 1): void {
    const revision = this.draft.revision + 1
    this.draft = { code, baseVersion, revision, savedAt: '2026-01-05T12:01:00Z' }
  }
}

class FakeLocal implements LocalDrafts {
  kept: LocalDraft | null = null
  get = () => Promise.resolve(this.kept)
  put = (draft: LocalDraft) => {
    this.kept = draft
    return Promise.resolve()
  }
  delete = () => {
    this.kept = null
    return Promise.resolve()
  }
}

let server: FakeServer
let local: FakeLocal
let states: DraftState['status'][]

function aKeeper(): DraftKeeper {
  return new DraftKeeper({
    strategyId: 's1',
    baseVersion: 1,
    server,
    local,
    onState: ({ status }) => states.push(status),
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  local = new FakeLocal()
  states = []
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a draft', () => {
  it('is in the browser at once and on the server after a pause, in one write', async () => {
    const keeper = aKeeper()
    expect(await keeper.begin()).toEqual({ code: null, baseVersion: 1 })

    keeper.change('a')
    keeper.change('ab')

    expect(local.kept?.code).toBe('ab')
    await vi.runAllTimersAsync()
    expect(server.draft).toMatchObject({ code: 'ab', baseVersion: 1 })
    expect(server.writes).toBe(1)
    expect(local.kept).toBeNull()
    expect(states).toEqual(['waiting', 'waiting', 'saving', 'saved'])
  })

  it('is found again by the next tab', async () => {
    server.put('typed elsewhere')

    expect(await aKeeper().begin()).toEqual({ code: 'typed elsewhere', baseVersion: 1 })
  })

  it('outlives a tab that was closed before it was sent', async () => {
    const first = aKeeper()
    await first.begin()
    server.isOffline = true
    first.change('unsent')
    first.end()
    server.isOffline = false

    const second = aKeeper()
    const { code } = await second.begin()
    await vi.runAllTimersAsync()

    expect(code).toBe('unsent')
    expect(server.draft.code).toBe('unsent')
  })

  it('is kept while the net is down and sent when it is back', async () => {
    const keeper = aKeeper()
    await keeper.begin()
    server.isOffline = true
    keeper.change('a')
    await vi.advanceTimersByTimeAsync(8_000)
    expect(keeper.state.status).toBe('offline')

    server.isOffline = false
    await vi.advanceTimersByTimeAsync(6_000)

    expect(keeper.state.status).toBe('saved')
    expect(server.draft.code).toBe('a')
  })

  it('can be gone on with when the page is opened without a net', async () => {
    server.isOffline = true
    local.kept = { strategyId: 's1', code: 'kept', baseVersion: 1, revision: 0, changedAt: 0 }

    expect(await aKeeper().begin()).toEqual({ code: 'kept', baseVersion: 1 })
    await expect(new DraftKeeper({ ...options(), local: new FakeLocal() }).begin()).rejects.toThrow(
      NetworkError,
    )
  })

  it('says why the server refuses it, and goes on with the next change', async () => {
    const keeper = aKeeper()
    await keeper.begin()
    const refusal = new ApiError({ title: 'x', status: 413, detail: 'Too large.' })
    vi.spyOn(server, 'write').mockRejectedValueOnce(refusal)
    keeper.change('large')
    await vi.runAllTimersAsync()
    expect(keeper.state).toEqual({ status: 'failed', reason: 'Too large.' })

    keeper.change('small')
    await vi.runAllTimersAsync()

    expect(server.draft.code).toBe('small')
  })
})

describe('two tabs', () => {
  async function conflict(): Promise<DraftKeeper> {
    const keeper = aKeeper()
    await keeper.begin()
    server.put('theirs')
    keeper.change('mine')
    await vi.runAllTimersAsync()
    return keeper
  }

  it('overwrite nothing unasked', async () => {
    const keeper = await conflict()

    keeper.change('mine, and more')
    await vi.runAllTimersAsync()

    expect(keeper.state).toMatchObject({ status: 'conflict', theirs: { code: 'theirs' } })
    expect(server.draft.code).toBe('theirs')
    expect(local.kept?.code).toBe('mine, and more')
  })

  it('go on with this one’s draft', async () => {
    const keeper = await conflict()

    await keeper.resolve('mine')

    expect(server.draft.code).toBe('mine')
    expect(keeper.state.status).toBe('saved')
  })

  it('go on with the other one’s draft', async () => {
    const keeper = await conflict()

    expect(await keeper.resolve('theirs')).toBe('theirs')

    expect(keeper.state.status).toBe('saved')
    keeper.change('theirs, changed')
    await vi.runAllTimersAsync()
    expect(server.draft.code).toBe('theirs, changed')
  })

  it('do not quarrel about the same text', async () => {
    const keeper = aKeeper()
    await keeper.begin()
    server.put('same')
    keeper.change('same')
    await vi.runAllTimersAsync()

    expect(keeper.state.status).toBe('saved')
  })

  it('bring a draft back that the other one discarded while this one typed', async () => {
    server.put('old')
    const keeper = aKeeper()
    await keeper.begin()
    server.draft = aDraft()
    keeper.change('still typing')
    await vi.runAllTimersAsync()

    expect(server.draft.code).toBe('still typing')
  })
})

describe('a saved version', () => {
  it('ends the draft, here and on the server', async () => {
    const keeper = aKeeper()
    await keeper.begin()
    keeper.change('a')
    await vi.runAllTimersAsync()

    await keeper.savedAs(2, 'a')

    expect(server.draft.code).toBeNull()
    expect(keeper.state.status).toBe('clean')
  })

  it('leaves what was typed meanwhile as a draft of that version', async () => {
    const keeper = aKeeper()
    await keeper.begin()
    keeper.change('a')
    await vi.runAllTimersAsync()
    keeper.change('ab')

    await keeper.savedAs(2, 'a')
    await vi.runAllTimersAsync()

    expect(server.draft).toMatchObject({ code: 'ab', baseVersion: 2 })
  })
})

function options() {
  return { strategyId: 's1', baseVersion: 1, server, local, onState: () => undefined }
}
