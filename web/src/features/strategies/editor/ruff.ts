import { startWorker } from '@/lib/trusted-types'

import type { Diagnostic } from './diagnostics'
import type { RuffFinding, RuffReply, RuffRequest } from './ruff-messages'
import workerUrl from './ruff-worker.ts?worker&url'

const ERRORS = /^(F821|F82|E9|PLE|invalid-syntax)/

type Task = RuffRequest['do']

/** Ruff in its worker. It is loaded with the first request and lives until `stop`. */
export class Ruff {
  private worker: Worker | undefined
  private nextId = 0
  private readonly waiting = new Map<number, (reply: RuffReply) => void>()

  /** Returns what Ruff finds in the code; null when Ruff cannot be loaded here. */
  async check(code: string): Promise<Diagnostic[] | null> {
    const reply = await this.ask('check', code)
    return 'findings' in reply ? reply.findings.map(toDiagnostic) : null
  }

  /** Returns the formatted code; throws what to tell the user when it cannot be formatted. */
  async format(code: string): Promise<string> {
    const reply = await this.ask('format', code)
    if ('code' in reply) return reply.code
    throw new Error('The code cannot be formatted before its syntax errors are corrected.')
  }

  stop(): void {
    this.worker?.terminate()
    this.worker = undefined
    for (const [id, done] of this.waiting) done({ id, failure: 'stopped' })
    this.waiting.clear()
  }

  private ask(task: Task, code: string): Promise<RuffReply> {
    this.worker ??= this.start()
    const id = this.nextId++
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      this.worker?.postMessage({ id, do: task, code } satisfies RuffRequest)
    })
  }

  private start(): Worker {
    const worker = startWorker(workerUrl, 'ruff')
    worker.onmessage = ({ data }: MessageEvent<RuffReply>) => {
      this.waiting.get(data.id)?.(data)
      this.waiting.delete(data.id)
    }
    worker.onerror = () => this.stop()
    return worker
  }
}

function toDiagnostic(found: RuffFinding): Diagnostic {
  const rule = found.code ?? 'invalid-syntax'
  return {
    source: 'Ruff',
    rule,
    severity: ERRORS.test(rule) ? 'error' : 'warning',
    line: found.start_location.row,
    column: found.start_location.column - 1,
    endLine: found.end_location.row,
    endColumn: found.end_location.column - 1,
    message: found.message,
  }
}
