/** Ruff in a worker of its own: WebAssembly is allowed for this script and for no other. */
import init, { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-web'

import type { RuffFinding, RuffReply, RuffRequest } from './ruff-messages'

const SETTINGS = {
  'line-length': 100,
  'target-version': 'py311',
  lint: {
    // Mistakes, not style: what is undefined, unused, unreachable or surely not meant.
    select: ['E9', 'E7', 'F', 'B', 'PLE', 'W605', 'NPY201'],
    ignore: ['E701', 'E702', 'E731', 'E741', 'B905', 'B007', 'B028'],
  },
}

const scope = self as unknown as DedicatedWorkerGlobalScope
let loading: Promise<Workspace> | undefined

/** Ruff, loaded with the first request; when that failed (no net), the next request tries again. */
async function load(): Promise<Workspace> {
  loading ??= init().then(() => new Workspace(SETTINGS, PositionEncoding.Utf16))
  try {
    return await loading
  } catch (error) {
    loading = undefined
    throw error
  }
}

function answer(workspace: Workspace, { id, do: task, code }: RuffRequest): RuffReply {
  try {
    return task === 'format'
      ? { id, code: workspace.format(code) }
      : { id, findings: workspace.check(code) as RuffFinding[] }
  } catch (error) {
    return { id, failure: String(error) }
  }
}

scope.onmessage = ({ data }: MessageEvent<RuffRequest>) => {
  load()
    .then((workspace) => scope.postMessage(answer(workspace, data)))
    .catch((error: unknown) => {
      scope.postMessage({ id: data.id, failure: String(error) } satisfies RuffReply)
    })
}
