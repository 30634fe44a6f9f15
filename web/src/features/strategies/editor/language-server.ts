import serverUrl from 'browser-basedpyright/dist/pyright.worker.js?url'

import stubsUrl from '@/generated/python-stubs.json?url'
import { startWorker } from '@/lib/trusted-types'

import type { Diagnostic } from './diagnostics'
import { type PublishedDiagnostics, toDiagnostics } from './language-server-replies'

export const FILE = 'file:///src/strategy.py'

// Strategies are loosely typed, and Ruff reports undefined names; what is left is what surely fails.
const SETTINGS = {
  extraPaths: ['/stubs'],
  typeshedPath: '/typeshed',
  pythonVersion: '3.11',
  pythonPlatform: 'Linux',
  typeCheckingMode: 'off',
  reportUndefinedVariable: 'none',
  reportAttributeAccessIssue: 'warning',
  reportCallIssue: 'warning',
  reportMissingImports: 'none',
  reportMissingModuleSource: 'none',
  reportUnusedVariable: 'none',
  reportUnusedParameter: 'none',
  reportUnusedImport: 'none',
  reportUnusedClass: 'none',
  reportUnusedFunction: 'none',
  reportUnreachable: 'none',
}
const CAPABILITIES = {
  textDocument: {
    completion: {
      completionItem: {
        documentationFormat: ['markdown'],
        resolveSupport: { properties: ['documentation', 'detail'] },
      },
    },
    hover: { contentFormat: ['markdown'] },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ['markdown'],
        parameterInformation: { labelOffsetSupport: true },
      },
    },
    publishDiagnostics: {},
  },
  workspace: { configuration: true, workspaceFolders: true },
}

interface Message {
  id?: number
  method?: string
  params?: unknown
  result?: unknown
  error?: { message: string }
}
interface NewWorker {
  type: 'browser/newWorker'
  initialData: unknown
  port: MessagePort
}

/** A Python language server in web workers, over one file: the strategy. */
export class LanguageServer {
  private readonly workers: Worker[] = []
  private readonly waiting = new Map<number, (message: Message) => void>()
  private nextId = 0
  private version = 0
  private sent: string | undefined
  private isStopped = false

  constructor(private readonly onDiagnostics: (found: Diagnostic[]) => void) {}

  /** Loads the server and the stubs; false when it was stopped meanwhile. Throws when a file cannot be had. */
  async start(code: string): Promise<boolean> {
    const response = await fetch(stubsUrl)
    if (!response.ok) throw new Error('The Python stubs could not be loaded.')
    const stubs = (await response.json()) as Record<string, string>
    if (this.isStopped) return false
    const files: Record<string, string> = {
      '/src/strategy.py': code,
      '/src/pyrightconfig.json': JSON.stringify(SETTINGS),
    }
    for (const [path, text] of Object.entries(stubs)) files[`/stubs/${path}`] = text
    const worker = this.startWorker('python')
    worker.onmessage = ({ data }: MessageEvent<Message | NewWorker>) => this.receive(data)
    worker.postMessage({ type: 'browser/boot', mode: 'foreground' })
    await this.request('initialize', {
      processId: null,
      rootUri: 'file:///src',
      workspaceFolders: [{ uri: 'file:///src', name: 'src' }],
      initializationOptions: { files },
      capabilities: CAPABILITIES,
    })
    this.notify('initialized', {})
    this.sent = code
    this.notify('textDocument/didOpen', {
      textDocument: { uri: FILE, languageId: 'python', version: ++this.version, text: code },
    })
    return true
  }

  /** Tells the server the code as it is now; nothing when it knows it. */
  sync(code: string): void {
    if (this.sent === undefined || this.sent === code) return
    this.sent = code
    this.notify('textDocument/didChange', {
      textDocument: { uri: FILE, version: ++this.version },
      contentChanges: [{ text: code }],
    })
  }

  /** Asks for something at a place (line and character from 0); null when the server has no answer. */
  async at(method: string, line: number, character: number, more: object = {}): Promise<unknown> {
    if (this.sent === undefined) return null
    return this.request(`textDocument/${method}`, {
      textDocument: { uri: FILE },
      position: { line, character },
      ...more,
    })
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.nextId
    return new Promise((resolve) => {
      this.waiting.set(id, (message) => resolve(message.result ?? null))
      this.send({ id, method, params })
    })
  }

  stop(): void {
    this.isStopped = true
    this.sent = undefined
    for (const worker of this.workers) worker.terminate()
    for (const done of this.waiting.values()) done({})
    this.waiting.clear()
  }

  private notify(method: string, params: unknown): void {
    this.send({ method, params })
  }

  private send(message: Message): void {
    this.workers[0]?.postMessage({ jsonrpc: '2.0', ...message })
  }

  private startWorker(name: string): Worker {
    const worker = startWorker(serverUrl, name)
    this.workers.push(worker)
    return worker
  }

  private receive(message: Message | NewWorker): void {
    if ('type' in message) this.startBackground(message)
    else if (message.method === undefined) {
      const id = message.id ?? -1
      this.waiting.get(id)?.(message)
      this.waiting.delete(id)
    } else if (message.id !== undefined) this.answer(message.id, message)
    else if (message.method === 'textDocument/publishDiagnostics') {
      this.onDiagnostics(toDiagnostics(message.params as PublishedDiagnostics))
    }
  }

  /** The server does its long work in a second worker, which only a page can start. */
  private startBackground({ initialData, port }: NewWorker): void {
    const boot = { type: 'browser/boot', mode: 'background', initialData, port }
    this.startWorker('python-background').postMessage(boot, [port])
  }

  private answer(id: number, { method, params }: Message): void {
    const items = (params as { items?: unknown[] } | undefined)?.items ?? []
    this.workers[0]?.postMessage({
      jsonrpc: '2.0',
      id,
      result: method === 'workspace/configuration' ? items.map(() => ({})) : null,
    })
  }
}
