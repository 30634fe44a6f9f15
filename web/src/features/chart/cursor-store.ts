import { useSyncExternalStore } from 'react'

import type { Cursor } from './controller'

/** The bar under the cursor, apart from React's state: it moves with every frame. */
export class CursorStore {
  private cursor: Cursor | null = null
  private readonly listeners = new Set<() => void>()

  readonly set = (cursor: Cursor | null): void => {
    const { cursor: last } = this
    if (last?.bars === cursor?.bars && last?.index === cursor?.index) return
    this.cursor = cursor
    for (const listener of this.listeners) listener()
  }

  readonly get = (): Cursor | null => this.cursor

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

export function useCursor(store: CursorStore): Cursor | null {
  return useSyncExternalStore(store.subscribe, store.get)
}
