import type { SessionUser } from '@/lib/session'

/** Stands in for `lib/firebase-auth.ts`: somebody is signed in. */
export function start(report: (user: SessionUser | null) => void): Promise<void> {
  report({ id: 'ada', email: 'ada@candlewick.example', name: 'Ada', isGuest: false })
  return Promise.resolve()
}

export function idToken(): Promise<string> {
  return Promise.resolve('a-token')
}

export function signInWithGoogle(
  _googleToken: string,
  _how: { leavesGuest: boolean },
): Promise<void> {
  return Promise.resolve()
}
