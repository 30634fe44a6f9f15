import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { ApiError, NetworkError, OtherAccountError, SignInError } from '@/lib/problem'
import { loadAuth } from '@/lib/session'

import { exchangeGoogleReply } from './google-api'
import type { GoogleReply } from './google-reply'
import styles from './sign-in.module.css'

interface GoogleFinishProps {
  /** What Google sent back; undefined when the page was reloaded or opened by hand. */
  reply: GoogleReply | undefined
  /** Where the person wanted to go. */
  next: string | undefined
  onDone: () => void
}

/** Finishes a sign-in with Google: exchanges the code, then signs in to Firebase. */
export function GoogleFinish({ reply, next, onDone }: GoogleFinishProps) {
  const finishing = useFinishing(reply, onDone)
  const { error } = finishing
  if (error === null) {
    return (
      <p role="status" className={styles['note']}>
        One moment: Google answered, and Candlewick signs you in.
      </p>
    )
  }
  return (
    <>
      <Problem error={error} {...(isTransient(error) ? { onRetry: finishing.retry } : {})} />
      {error instanceof OtherAccountError && (
        <Button isPending={finishing.isPending} onClick={finishing.switchAccount}>
          Use that account and leave the guest’s work
        </Button>
      )}
      <p className={styles['links']}>
        <Link to="/sign-in" search={{ next }}>
          Back to sign in
        </Link>
        {error instanceof OtherAccountError && <Link to="/home">Go on as a guest</Link>}
      </p>
    </>
  )
}

function isTransient(error: Error): boolean {
  return error instanceof NetworkError || (error instanceof ApiError && error.isTransient)
}

function useFinishing(reply: GoogleReply | undefined, onDone: () => void) {
  // One person's one-time code: whatever draws this page twice must not exchange it twice.
  const [exchange] = useState(() => once(() => exchangeOf(reply)))
  const signingIn = useMutation({
    mutationFn: async ({ leavesGuest }: { leavesGuest: boolean }) => {
      const [auth, idToken] = await Promise.all([loadAuth(), exchange()])
      await auth.signInWithGoogle(idToken, { leavesGuest })
    },
    onSuccess: onDone,
  })
  const { mutate } = signingIn
  useEffect(() => mutate({ leavesGuest: false }), [mutate])
  return {
    error: signingIn.error,
    isPending: signingIn.isPending,
    retry: () => mutate({ leavesGuest: false }),
    switchAccount: () => mutate({ leavesGuest: true }),
  }
}

async function exchangeOf(reply: GoogleReply | undefined): Promise<string> {
  if (reply === undefined) throw new SignInError('This sign-in is over. Begin again.')
  return exchangeGoogleReply(reply)
}

/** The work's outcome, kept unless it failed. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined
  return () => {
    outcome ??= work().catch((error: unknown) => {
      outcome = undefined
      throw error
    })
    return outcome
  }
}
