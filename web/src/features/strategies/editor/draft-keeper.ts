import { ApiError, NetworkError, sentenceOf } from '@/lib/problem'

import type { Draft } from '../api'
import type { LocalDrafts } from './local-drafts'

/** Where the code that was typed is now. */
export type DraftState =
  | { status: 'clean' }
  | { status: 'waiting' }
  | { status: 'saving' }
  | { status: 'saved'; at: string }
  | { status: 'offline' }
  | { status: 'conflict'; theirs: Draft }
  | { status: 'failed'; reason: string }

/** The server's side of drafts. */
export interface DraftServer {
  read(): Promise<Draft>
  write(body: { code: string; baseVersion: number | null; revision: number }): Promise<Draft>
  delete(revision: number): Promise<void>
}

interface Options {
  strategyId: string
  /** The version that the editor shows when there is no draft. */
  baseVersion: number | null
  server: DraftServer
  local: LocalDrafts
  onState: (state: DraftState) => void
}

const PAUSE_MS = 1_000
const RETRY_MS = 5_000
const CONFLICT = 409

/** What `begin` found: the code to show (null: the version's own). */
export interface Beginning {
  code: string | null
  baseVersion: number | null
}

/**
 * Keeps unsaved code: at once in this browser, a second later on the server, again and again while the net is
 * down. Never writes over a draft that it has not seen.
 */
export class DraftKeeper {
  state: DraftState = { status: 'clean' }
  private code: string | null = null
  private baseVersion: number | null
  private revision = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private writing: Promise<void> | undefined
  private isEnded = false

  constructor(private readonly options: Options) {
    this.baseVersion = options.baseVersion
  }

  /** Finds the draft to go on with: this browser's, when the server has not got it yet, else the server's. */
  async begin(): Promise<Beginning> {
    const local = await this.options.local.get(this.options.strategyId)
    const remote = await this.options.server.read().catch((error: unknown) => {
      if (error instanceof NetworkError && local !== null) return null
      throw error
    })
    if (local !== null && local.code !== remote?.code) {
      this.code = local.code
      this.baseVersion = local.baseVersion
      this.revision = local.revision
      this.set({ status: remote === null ? 'offline' : 'waiting' })
      this.schedule(remote === null ? RETRY_MS : 0)
      return { code: local.code, baseVersion: local.baseVersion }
    }
    if (remote !== null && remote.code !== null) this.take(remote)
    return { code: remote?.code ?? null, baseVersion: this.baseVersion }
  }

  /** Remembers code as it was just typed. */
  change(code: string): void {
    if (code === this.code) return
    this.code = code
    void this.options.local.put({
      strategyId: this.options.strategyId,
      code,
      baseVersion: this.baseVersion,
      revision: this.revision,
      changedAt: Date.now(),
    })
    if (this.state.status === 'conflict') return
    this.set({ status: 'waiting' })
    this.schedule(PAUSE_MS)
  }

  /** Sends what is not sent yet. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    if (this.writing !== undefined) await this.writing
    if (!['waiting', 'offline', 'failed'].includes(this.state.status)) return
    this.writing = this.write().finally(() => (this.writing = undefined))
    await this.writing
  }

  /** Ends a conflict: with this tab's code, or with the other one's, which is returned. */
  async resolve(keep: 'mine' | 'theirs'): Promise<string | null> {
    if (this.state.status !== 'conflict') return null
    const { theirs } = this.state
    this.revision = theirs.revision
    if (keep === 'mine') {
      this.set({ status: 'waiting' })
      await this.flush()
      return null
    }
    await this.options.local.delete(this.options.strategyId)
    if (theirs.code === null) this.set({ status: 'clean' })
    else this.take(theirs)
    this.code = theirs.code
    return theirs.code
  }

  /** The code was saved as a version; what was typed since then stays a draft, based on that version. */
  async savedAs(version: number, code: string): Promise<void> {
    if (this.code === null || this.code === code) await this.discard(version)
    else this.baseVersion = version
  }

  /** Forgets the draft: its code was saved as `version`, or thrown away. */
  async discard(version: number | null): Promise<void> {
    clearTimeout(this.timer)
    if (this.writing !== undefined) await this.writing
    this.baseVersion = version
    this.code = null
    await this.options.local.delete(this.options.strategyId)
    const { revision } = this
    this.revision = 0
    this.set({ status: 'clean' })
    // One that stays because another tab wrote it, or the net is down, is offered at the next opening.
    if (revision > 0) await this.options.server.delete(revision).catch(() => undefined)
  }

  end(): void {
    void this.flush()
    this.isEnded = true
    clearTimeout(this.timer)
  }

  private take(draft: Draft): void {
    this.code = draft.code
    this.baseVersion = draft.baseVersion
    this.revision = draft.revision
    this.set(draft.savedAt === null ? { status: 'clean' } : { status: 'saved', at: draft.savedAt })
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer)
    if (!this.isEnded) this.timer = setTimeout(() => void this.flush(), ms)
  }

  private async write(): Promise<void> {
    const { code, baseVersion, revision } = this
    if (code === null) return
    this.set({ status: 'saving' })
    try {
      const draft = await this.options.server.write({ code, baseVersion, revision })
      this.revision = draft.revision
      await this.written(code, draft)
    } catch (error) {
      await this.fail(error)
    }
  }

  private async written(code: string, draft: Draft): Promise<void> {
    if (this.code !== code) {
      this.set({ status: 'waiting' })
      this.schedule(PAUSE_MS)
      return
    }
    await this.options.local.delete(this.options.strategyId)
    this.set({ status: 'saved', at: draft.savedAt ?? '' })
  }

  private async fail(error: unknown): Promise<void> {
    if (error instanceof ApiError && error.status === CONFLICT) {
      const theirs = await this.options.server.read().catch(() => null)
      if (theirs !== null) return this.meet(theirs)
    }
    const isTransient =
      error instanceof NetworkError || (error instanceof ApiError && error.isTransient)
    this.set(isTransient ? { status: 'offline' } : { status: 'failed', reason: sentenceOf(error) })
    if (isTransient) this.schedule(RETRY_MS)
  }

  private async meet(theirs: Draft): Promise<void> {
    if (theirs.code === this.code) {
      // The same text: this tab's own writing whose answer was lost.
      this.revision = theirs.revision
      await this.written(theirs.code ?? '', theirs)
    } else if (theirs.code === null) {
      // Nothing would be written over.
      this.revision = 0
      this.set({ status: 'waiting' })
      this.schedule(0)
    } else this.set({ status: 'conflict', theirs })
  }

  private set(state: DraftState): void {
    this.state = state
    if (!this.isEnded) this.options.onState(state)
  }
}
