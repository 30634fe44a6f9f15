import { useSyncExternalStore } from 'react'

import styles from './toast.module.css'

const SHOWN_MS = 5_000

let shown: readonly { id: number; text: string }[] = []
let nextId = 0
const listeners = new Set<() => void>()

function change(next: typeof shown): void {
  shown = next
  for (const listener of listeners) listener()
}

/** Tells the result of something that happened in the background. Never the only place of an error. */
export function toast(text: string): void {
  const id = nextId++
  change([...shown, { id, text }])
  setTimeout(() => change(shown.filter((each) => each.id !== id)), SHOWN_MS)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const current = () => shown

/** Where toasts appear; once per app. */
export function Toasts() {
  const items = useSyncExternalStore(subscribe, current, current)
  return (
    <div role="status" className={styles['region']}>
      {items.map((item) => (
        <div key={item.id} className={styles['toast']}>
          {item.text}
        </div>
      ))}
    </div>
  )
}
