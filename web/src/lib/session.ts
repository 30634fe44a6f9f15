import { useSyncExternalStore } from 'react'

import { NetworkError } from './problem'

/** Who is signed in. `isGuest` says that the account has no way to sign in again. */
export interface SessionUser {
  id: string
  email: string | null
  name: string | null
  isGuest: boolean
}

export type Session =
  { status: 'unknown' } | { status: 'signedOut' } | { status: 'signedIn'; user: SessionUser }

// Firebase's Auth SDK is loaded when a page needs it first: the landing page shows itself without.
type FirebaseAuth = typeof import('./firebase-auth')
let loading: Promise<FirebaseAuth> | undefined
let current: Session = { status: 'unknown' }
const listeners = new Set<() => void>()

/** Loads the Auth SDK once and follows its sessions; throws `NetworkError` when it cannot be loaded. */
export async function loadAuth(): Promise<FirebaseAuth> {
  loading ??= import('./firebase-auth').then(async (module) => {
    await module.start((user) => publish(user))
    return module
  })
  try {
    return await loading
  } catch (error) {
    loading = undefined
    throw error instanceof NetworkError ? error : new NetworkError(error)
  }
}

function publish(user: SessionUser | null): void {
  current = user === null ? { status: 'signedOut' } : { status: 'signedIn', user }
  for (const listener of listeners) listener()
}

/** The session once it is known. */
export async function knownSession(): Promise<Exclude<Session, { status: 'unknown' }>> {
  await loadAuth()
  return current.status === 'unknown' ? { status: 'signedOut' } : current
}

/** A token for the API, renewed when it is about to end or when a fresh one is asked for. */
export async function idToken({ isFresh = false } = {}): Promise<string> {
  return (await loadAuth()).idToken(isFresh)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The session; "unknown" until `loadAuth` was called and answered. */
export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => current)
}
