import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiError } from '@/lib/problem'

import { aSpec } from '../testing'
import type { Compiled, SpecCheck } from './api'
import { set } from './paths'
import type { Spec } from './spec'
import { SpecSync, type Unfinished } from './spec-sync'

const FINE: SpecCheck = { problems: [], sentence: 'It buys.', startupCandles: 1 }
const unreadable = new ApiError({ title: 'Invalid', status: 422, detail: 'Line 3 is no Python.' })

/** Every spec's code says its stop loss; code is read by that. */
const codeOf = (spec: Spec) => `stoploss = -${spec.risk.stop_loss}`
const specOf = (code: string) => set(aSpec(), 'risk.stop_loss', Number(code.split('-')[1]))
const compiledOf = (spec: Spec): Compiled => ({
  spec,
  code: codeOf(spec),
  sentence: 'It buys.',
  startupCandles: 1,
})

function begin(unfinished: Unfinished | null = null) {
  const server = {
    parse: vi.fn((code: string) => Promise.resolve(compiledOf(specOf(code)))),
    check: vi.fn((_: Spec) => Promise.resolve(FINE)),
    compile: vi.fn((spec: Spec) => Promise.resolve(compiledOf(spec))),
  }
  const onCode = vi.fn()
  const onUnfinished = vi.fn()
  const sync = new SpecSync({ server, onCode, onUnfinished, unfinished })
  return { sync, server, onCode, onUnfinished }
}

async function opened(unfinished: Unfinished | null = null) {
  const made = begin(unfinished)
  made.sync.takeCode('stoploss = -0.1')
  await vi.runAllTimersAsync()
  return made
}

const stop = (value: number) => (spec: Spec) => set(spec, 'risk.stop_loss', value)

/** An answer that comes when the test says so. */
function answerLater() {
  let resolve: (compiled: Compiled) => void = () => undefined
  const promise = new Promise<Compiled>((done) => {
    resolve = done
  })
  return { promise, resolve: (compiled: Compiled) => resolve(compiled) }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('blocks and code', () => {
  it('begin with the spec of the code', async () => {
    const { sync } = await opened()

    expect(sync.state.spec?.risk.stop_loss).toBe(0.1)
    expect(sync.state.reading.status).toBe('read')
    expect(sync.state.sentence).toBe('It buys.')
  })

  it('are written after a change of blocks, and not read back', async () => {
    const { sync, server, onCode } = await opened()

    sync.edit(stop(0.2))
    expect(sync.state.spec?.risk.stop_loss).toBe(0.2)
    await vi.runAllTimersAsync()
    sync.takeCode('stoploss = -0.2')
    await vi.runAllTimersAsync()

    expect(onCode).toHaveBeenLastCalledWith('stoploss = -0.2')
    expect(server.parse).toHaveBeenCalledTimes(1)
    expect(sync.state.writing.status).toBe('written')
  })

  it('follow typed code once it stands still', async () => {
    const { sync, server } = await opened()

    sync.takeCode('stoploss = -0.3')
    sync.takeCode('stoploss = -0.33')
    await vi.runAllTimersAsync()

    expect(server.parse).toHaveBeenCalledTimes(2)
    expect(sync.state.spec?.risk.stop_loss).toBe(0.33)
  })

  it('keep the blocks, closed to changes, while the code cannot be read', async () => {
    const { sync, server } = await opened()
    server.parse.mockRejectedValueOnce(unreadable)

    sync.takeCode('stoploss = (')
    await vi.runAllTimersAsync()

    expect(sync.state.reading).toEqual({ status: 'unreadable', reason: 'Line 3 is no Python.' })
    expect(sync.state.spec?.risk.stop_loss).toBe(0.1)
    expect(sync.edit(stop(0.2))).toBe(false)
    sync.undo()
    expect(sync.state.reading.status).toBe('unreadable')
  })

  it('do not write code while there are problems, and say where they are', async () => {
    const { sync, server, onCode, onUnfinished } = await opened()
    const problems = [{ path: 'risk.stop_loss', message: 'Too deep.' }]
    server.check.mockResolvedValueOnce({ problems, sentence: null, startupCandles: null })

    sync.edit(stop(2))
    await vi.runAllTimersAsync()

    expect(sync.state.problems).toEqual(problems)
    expect(sync.state.writing.status).toBe('wrong')
    expect(onCode).not.toHaveBeenCalled()
    expect(onUnfinished).toHaveBeenLastCalledWith({
      code: 'stoploss = -0.1',
      spec: specOf('stoploss = -2'),
    })
    expect(sync.state.valid?.risk.stop_loss).toBe(0.1)
  })

  it('go on with unfinished blocks over the same code only', async () => {
    const unfinished = { code: 'stoploss = -0.1', spec: specOf('stoploss = -0.5') }

    const same = await opened(unfinished)
    expect(same.sync.state.spec?.risk.stop_loss).toBe(0.5)

    const other = await opened({ ...unfinished, code: 'stoploss = -0.9' })
    expect(other.sync.state.spec?.risk.stop_loss).toBe(0.1)
  })

  it('try again when the net was down', async () => {
    const { sync, server, onCode } = await opened()
    server.compile.mockRejectedValueOnce(new ApiError({ title: 'Busy', status: 503 }))

    sync.edit(stop(0.2))
    await vi.advanceTimersByTimeAsync(200)
    expect(sync.state.writing.status).toBe('failed')
    await vi.runAllTimersAsync()

    expect(onCode).toHaveBeenCalledExactlyOnceWith('stoploss = -0.2')
  })
})

describe('blocks that nobody looks at any more', () => {
  it('are written to the end', async () => {
    const { sync, onCode } = await opened()

    sync.edit(stop(0.2))
    sync.end()
    await vi.runAllTimersAsync()

    expect(onCode).toHaveBeenCalledExactlyOnceWith('stoploss = -0.2')
  })

  it('do not write over code that is typed meanwhile; undo has them', async () => {
    const { sync, onCode } = await opened()

    sync.edit(stop(0.2))
    sync.leaveCode('stoploss = -0.4')
    await vi.runAllTimersAsync()
    expect(onCode).not.toHaveBeenCalled()

    sync.takeCode('stoploss = -0.4')
    await vi.runAllTimersAsync()
    sync.undo()
    expect(sync.state.spec?.risk.stop_loss).toBe(0.2)
  })

  it('do not read code', async () => {
    const { sync, server } = await opened()

    sync.takeCode('stoploss = -0.2')
    sync.end()
    await vi.runAllTimersAsync()

    expect(server.parse).toHaveBeenCalledTimes(1)
  })
})

describe('answers that are too late', () => {
  it('do not write over newer blocks', async () => {
    const { sync, server, onCode } = await opened()
    const late = answerLater()
    server.compile.mockReturnValueOnce(late.promise)

    sync.edit(stop(0.2))
    await vi.advanceTimersByTimeAsync(200)
    sync.edit(stop(0.3))
    await vi.runAllTimersAsync()
    late.resolve(compiledOf(specOf('stoploss = -0.2')))
    await vi.runAllTimersAsync()

    expect(onCode).toHaveBeenCalledExactlyOnceWith('stoploss = -0.3')
    expect(sync.state.spec?.risk.stop_loss).toBe(0.3)
  })

  it('do not write over code that was typed meanwhile; undo has the blocks', async () => {
    const { sync, server, onCode } = await opened()
    const late = answerLater()
    server.compile.mockReturnValueOnce(late.promise)

    sync.edit(stop(0.2))
    await vi.advanceTimersByTimeAsync(200)
    sync.takeCode('stoploss = -0.4')
    late.resolve(compiledOf(specOf('stoploss = -0.2')))
    await vi.runAllTimersAsync()

    expect(onCode).not.toHaveBeenCalled()
    expect(sync.state.spec?.risk.stop_loss).toBe(0.4)
    sync.undo()
    expect(sync.state.spec?.risk.stop_loss).toBe(0.2)
  })
})

describe('undo', () => {
  it('goes back to the very code that was read, and forward again', async () => {
    const { sync, onCode } = await opened()
    sync.edit(stop(0.2))
    await vi.runAllTimersAsync()

    sync.undo()
    await vi.runAllTimersAsync()
    expect(onCode).toHaveBeenLastCalledWith('stoploss = -0.1')
    expect(sync.state.canUndo).toBe(false)

    sync.redo()
    await vi.runAllTimersAsync()
    expect(onCode).toHaveBeenLastCalledWith('stoploss = -0.2')
    expect(sync.state.spec?.risk.stop_loss).toBe(0.2)
  })

  it('takes a slider’s way as one step', async () => {
    const { sync } = await opened()

    for (const value of [0.11, 0.12, 0.13]) sync.edit(stop(value), 'risk.stop_loss')
    sync.undo()

    expect(sync.state.spec?.risk.stop_loss).toBe(0.1)
  })
})
