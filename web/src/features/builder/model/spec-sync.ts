import { ApiError, sentenceOf } from '@/lib/problem'

import type { SpecProblem, SpecServer } from './api'
import type { Spec } from './spec'

/** How the blocks stand to the code: read from it, about to be, or older than it because it cannot be read. */
export type Reading =
  { status: 'reading' } | { status: 'read' } | { status: 'unreadable'; reason: string }

/** How the code stands to the blocks. */
export type Writing =
  | { status: 'written' }
  | { status: 'waiting' }
  | { status: 'wrong' }
  | { status: 'failed'; reason: string }

export interface SyncState {
  /** Null until code was read for the first time. */
  spec: Spec | null
  problems: readonly SpecProblem[]
  /** The strategy in plain English, as it was when it last had no problems. */
  sentence: string | null
  /** The newest spec without problems: what a preview shows. */
  valid: Spec | null
  reading: Reading
  writing: Writing
  canUndo: boolean
  canRedo: boolean
}

/** A spec that was not yet fit to become code, with the code it was made from. */
export interface Unfinished {
  code: string
  spec: Spec
}

interface Options {
  server: SpecServer
  /** Blocks were turned into code. */
  onCode: (code: string) => void
  /** Keeps what cannot become code yet, or forgets it. */
  onUnfinished?: (unfinished: Unfinished | null) => void
  unfinished?: Unfinished | null
}

/** A state that undo goes back to. `code` is the code it came from or became; null: not compiled yet. */
interface Moment {
  spec: Spec
  code: string | null
  from: 'code' | 'blocks'
}

const READ_PAUSE_MS = 350
const WRITE_PAUSE_MS = 120
const RETRY_MS = 4_000
const SAME_CHANGE_MS = 900
const MOST_STEPS = 200

/**
 * Keeps blocks and code in step. Whoever changed last wins; what the other side had is in the history. Answers
 * that a later change has overtaken are dropped.
 */
export class SpecSync {
  state: SyncState = {
    spec: null,
    problems: [],
    sentence: null,
    valid: null,
    reading: { status: 'reading' },
    writing: { status: 'written' },
    canUndo: false,
    canRedo: false,
  }
  private code: string | null = null
  private now: Moment | null = null
  private past: Moment[] = []
  private future: Moment[] = []
  private lastChange = { what: '', at: 0 }
  private timer: ReturnType<typeof setTimeout> | undefined
  private asked = new AbortController()
  private unfinished: Unfinished | null
  private readonly listeners = new Set<() => void>()

  constructor(private readonly options: Options) {
    this.unfinished = options.unfinished ?? null
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  getState = (): SyncState => this.state

  /** Takes over code that somebody else changed: the editor, a restored version, the chat. */
  takeCode(code: string): void {
    if (code === this.code) return
    const isFirst = this.code === null
    this.code = code
    this.set({ reading: { status: 'reading' }, writing: { status: 'written' } })
    this.later(isFirst ? 0 : READ_PAUSE_MS, (signal) => this.read(code, signal))
  }

  /** Notes that the code was changed by somebody else, to be taken later: blocks must not write over it now. */
  leaveCode(code: string): void {
    if (code === this.code) return
    clearTimeout(this.timer)
    this.asked.abort()
  }

  /** Changes the spec. Refused, with false, while there is newer code that was not read. */
  edit(change: (spec: Spec) => Spec, what = ''): boolean {
    if (this.now === null || this.state.reading.status !== 'read') return false
    const spec = change(this.now.spec)
    if (spec === this.now.spec) return true
    const at = Date.now()
    const isSame =
      what !== '' && what === this.lastChange.what && at - this.lastChange.at < SAME_CHANGE_MS
    this.lastChange = { what, at }
    this.push({ spec, code: null, from: 'blocks' }, isSame)
    this.write(spec)
    return true
  }

  undo(): void {
    this.step(this.past, this.future)
  }

  redo(): void {
    this.step(this.future, this.past)
  }

  /** Nobody looks any more: what is being read is not needed, what is being written is written. */
  end(): void {
    if (this.state.writing.status === 'waiting' && this.now !== null) {
      const { spec } = this.now
      this.later(0, (signal) => this.compile(spec, signal))
      return
    }
    clearTimeout(this.timer)
    this.asked.abort()
  }

  private step(from: Moment[], to: Moment[]): void {
    // Code that was not read is in no step yet; going back would lose it.
    if (this.state.reading.status !== 'read') return
    const next = from.pop()
    if (next === undefined || this.now === null) return
    to.push(this.now)
    this.now = next
    this.lastChange = { what: '', at: 0 }
    this.set({ spec: next.spec })
    if (next.code !== null) this.give(next.code)
    this.write(next.spec)
  }

  private push(moment: Moment, isSame: boolean): void {
    if (this.now !== null && !isSame) this.past = [...this.past, this.now].slice(-MOST_STEPS)
    this.now = moment
    this.future = []
    this.set({ spec: moment.spec })
  }

  private write(spec: Spec): void {
    this.set({ writing: { status: 'waiting' } })
    this.later(WRITE_PAUSE_MS, (signal) => this.compile(spec, signal))
  }

  private async read(code: string, signal: AbortSignal): Promise<void> {
    try {
      const read = await this.options.server.parse(code, signal)
      if (signal.aborted) return
      // Typing is one step, however often it was read meanwhile.
      const isTyping = this.now?.from === 'code' && this.past.length > 0
      this.lastChange = { what: '', at: 0 }
      this.push({ spec: read.spec, code, from: 'code' }, isTyping)
      this.set({
        problems: [],
        sentence: read.sentence,
        valid: read.spec,
        reading: { status: 'read' },
      })
      this.restore(code)
    } catch (error) {
      if (signal.aborted) return
      const isAboutCode = error instanceof ApiError && !error.isTransient
      this.set({ reading: { status: 'unreadable', reason: sentenceOf(error) } })
      if (!isAboutCode) this.later(RETRY_MS, (again) => this.read(code, again))
    }
  }

  /** Goes on with blocks that were left unfinished over this very code. */
  private restore(code: string): void {
    const { unfinished } = this
    this.unfinished = null
    if (unfinished !== null && unfinished.code === code) this.edit(() => unfinished.spec)
  }

  private async compile(spec: Spec, signal: AbortSignal): Promise<void> {
    try {
      const { problems, sentence } = await this.options.server.check(spec, signal)
      if (signal.aborted) return
      if (problems.length > 0) {
        this.set({ problems, writing: { status: 'wrong' } })
        this.options.onUnfinished?.({ code: this.code ?? '', spec })
        return
      }
      this.set({ problems, sentence, valid: spec })
      this.options.onUnfinished?.(null)
      if (this.now?.code === null) {
        const { code } = await this.options.server.compile(spec, signal)
        if (isOver(signal)) return
        this.now = { ...this.now, code }
        this.give(code)
      }
      this.set({ writing: { status: 'written' } })
    } catch (error) {
      if (signal.aborted) return
      this.set({ writing: { status: 'failed', reason: sentenceOf(error) } })
      this.later(RETRY_MS, (again) => this.compile(spec, again))
    }
  }

  private give(code: string): void {
    this.code = code
    this.options.onCode(code)
  }

  private later(ms: number, task: (signal: AbortSignal) => Promise<void>): void {
    clearTimeout(this.timer)
    this.asked.abort()
    const asked = (this.asked = new AbortController())
    this.timer = setTimeout(() => void task(asked.signal), ms)
  }

  private set(change: Partial<SyncState>): void {
    this.state = {
      ...this.state,
      ...change,
      canUndo: this.past.length > 0,
      canRedo: this.future.length > 0,
    }
    for (const listener of this.listeners) listener()
  }
}

/** Whether a later change has overtaken what was asked for. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}
