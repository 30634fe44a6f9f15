/** Drafts in this browser (IndexedDB): what is typed is here at once, whatever the net does. */

export interface LocalDraft {
  strategyId: string
  code: string
  baseVersion: number | null
  /** The server's revision that this was written over. */
  revision: number
  /** Milliseconds UTC. */
  changedAt: number
}

export interface LocalDrafts {
  get(strategyId: string): Promise<LocalDraft | null>
  put(draft: LocalDraft): Promise<void>
  delete(strategyId: string): Promise<void>
}

const NAME = 'candlewick'
const STORE = 'drafts'

/** Opens the browser's store for one user. Where there is none the draft lives in this page alone. */
export function browserDrafts(userId: string): LocalDrafts {
  const key = (strategyId: string) => `${userId}/${strategyId}`
  return {
    get: async (id) =>
      ((await run('readonly', (store) => store.get(key(id)))) as LocalDraft | undefined) ?? null,
    put: async (draft) => {
      await run('readwrite', (store) => store.put(draft, key(draft.strategyId)))
    },
    delete: async (id) => {
      await run('readwrite', (store) => store.delete(key(id)))
    },
  }
}

async function run<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    const database = await open()
    return await promised(work(database.transaction(STORE, mode).objectStore(STORE)))
  } catch {
    return undefined // Private windows may forbid it; the server's copy remains.
  }
}

let opened: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  if (opened === undefined) {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(STORE)
    opened = promised(request)
  }
  return opened
}

function promised<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed.'))
  })
}
