/** The only module that speaks with Firebase Auth; loaded lazily by `session.ts`. */

import { getDefaultEmulatorHost } from '@firebase/util'
import { FirebaseError } from 'firebase/app'
import {
  type Auth,
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  EmailAuthProvider,
  GoogleAuthProvider,
  indexedDBLocalPersistence,
  inMemoryPersistence,
  initializeAuth,
  linkWithCredential,
  onIdTokenChanged,
  sendPasswordResetEmail,
  signInAnonymously,
  signInWithCredential,
  signInWithEmailAndPassword,
  signOut as firebaseSignOut,
  type User,
} from 'firebase/auth'

import { firebaseApp } from './firebase'
import { NetworkError, OtherAccountError, SignInError } from './problem'
import type { SessionUser } from './session'

let auth: Auth

/** Starts the SDK; resolves when it knows whether somebody is signed in, and reports every change. */
export async function start(report: (user: SessionUser | null) => void): Promise<void> {
  auth = initializeAuth(await firebaseApp(), {
    persistence: [indexedDBLocalPersistence, inMemoryPersistence],
  })
  // The SDK's own setting for emulators; Google's hosting never sets it.
  const emulator = getDefaultEmulatorHost('auth')
  if (emulator !== undefined) {
    connectAuthEmulator(auth, `http://${emulator}`, { disableWarnings: true })
  }
  onIdTokenChanged(auth, (user) => report(user && toSessionUser(user)))
  await auth.authStateReady()
  report(auth.currentUser && toSessionUser(auth.currentUser))
}

function toSessionUser(user: User): SessionUser {
  return { id: user.uid, email: user.email, name: user.displayName, isGuest: user.isAnonymous }
}

/** The signed-in user's ID token. Throws `SignInError` when nobody is signed in any more. */
export async function idToken(isFresh: boolean): Promise<string> {
  if (auth.currentUser === null) throw new SignInError('Your session has ended. Sign in again.')
  const user = auth.currentUser
  try {
    return await user.getIdToken(isFresh)
  } catch (error) {
    if (isOutage(error)) throw new NetworkError(error)
    // The SDK ends the session for some refusals by itself and forgets others.
    await firebaseSignOut(auth)
    throw new SignInError('Your session has ended. Sign in again.', { cause: error })
  }
}

function isOutage(error: unknown): boolean {
  const codes = ['auth/network-request-failed', 'auth/too-many-requests', 'auth/timeout']
  return error instanceof FirebaseError && codes.includes(error.code)
}

export async function signIn(email: string, password: string): Promise<void> {
  await inWords(() => signInWithEmailAndPassword(auth, email, password))
}

/**
 * Signs in with an ID token of Google's. A guest's work goes into the account, unless it is left.
 * Throws `OtherAccountError` when the account exists already and has work of its own.
 */
export async function signInWithGoogle(
  googleToken: string,
  { leavesGuest }: { leavesGuest: boolean },
): Promise<void> {
  const credential = GoogleAuthProvider.credential(googleToken)
  const isGuest = auth.currentUser?.isAnonymous === true
  if (auth.currentUser === null || !isGuest || leavesGuest) {
    await inWords(() => signInWithCredential(auth, credential))
    return
  }
  const guest = auth.currentUser
  await inWords(async () => {
    try {
      await linkWithCredential(guest, credential)
    } catch (error) {
      throw isTaken(error) ? new OtherAccountError(error) : error
    }
  })
  await guest.getIdToken(true)
}

function isTaken(error: unknown): boolean {
  const codes = ['auth/credential-already-in-use', 'auth/email-already-in-use']
  return error instanceof FirebaseError && codes.includes(error.code)
}

/** Makes an account; a guest's work goes with it. */
export async function signUp(email: string, password: string): Promise<void> {
  const guest = auth.currentUser?.isAnonymous === true ? auth.currentUser : null
  await inWords(async () => {
    if (guest === null) await createUserWithEmailAndPassword(auth, email, password)
    else await linkWithCredential(guest, EmailAuthProvider.credential(email, password))
  })
  // The e-mail address is in tokens made from now on.
  await auth.currentUser?.getIdToken(true)
}

export async function signInAsGuest(): Promise<void> {
  await inWords(() => signInAnonymously(auth))
}

/** Sends a link that sets a new password. Never tells whether the address has an account. */
export async function resetPassword(email: string): Promise<void> {
  await inWords(async () => {
    try {
      await sendPasswordResetEmail(auth, email)
    } catch (error) {
      if (!(error instanceof FirebaseError && error.code === 'auth/user-not-found')) throw error
    }
  })
}

export async function signOut(): Promise<void> {
  await firebaseSignOut(auth)
}

const WRONG = 'The e-mail address or the password is wrong.'
const WORDS: Record<string, string> = {
  'auth/invalid-credential': WRONG,
  'auth/wrong-password': WRONG,
  'auth/user-not-found': WRONG,
  'auth/invalid-email': 'This is not an e-mail address.',
  'auth/email-already-in-use': 'There is an account with this e-mail address. Sign in instead.',
  'auth/account-exists-with-different-credential':
    'There is an account with this e-mail address. Sign in with its password.',
  'auth/weak-password': 'Choose a longer password: at least six characters, better twelve.',
  'auth/too-many-requests': 'Too many tries. Wait a few minutes, or reset your password.',
  'auth/user-disabled': 'This account is suspended. Whoever runs this Candlewick can tell you why.',
  'auth/admin-restricted-operation': 'This Candlewick takes no guests. Make an account instead.',
  'auth/operation-not-allowed': 'This way to sign in is turned off here.',
  'auth/user-token-expired': 'Your session has ended. Sign in again.',
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof FirebaseError)) throw error
    if (error.code === 'auth/network-request-failed') throw new NetworkError(error)
    const words = WORDS[error.code] ?? 'Signing in did not work. Try again.'
    throw new SignInError(words, { cause: error })
  }
}
