/** The only module that speaks with Firestore, and it only listens; loaded lazily by `live.ts`. */

import { doc, type Firestore, getFirestore, onSnapshot } from 'firebase/firestore'

import { firebaseApp } from './firebase'
import { loadAuth } from './session'

let connected: Promise<Firestore> | undefined

async function connect(): Promise<Firestore> {
  // Auth first: without it the listener would open as nobody and be refused.
  await loadAuth()
  return getFirestore(await firebaseApp())
}

/** See `live.ts`. */
export async function followDocument(
  path: string,
  onData: (fields: Record<string, unknown> | null) => void,
  onError: (error: Error) => void,
): Promise<() => void> {
  connected ??= connect()
  return onSnapshot(doc(await connected, path), (found) => onData(found.data() ?? null), onError)
}
