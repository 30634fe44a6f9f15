import { useMutation, useQuery } from '@tanstack/react-query'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Skeleton } from '@/components/ui/skeleton'

import { beginGoogleSignIn, waysQuery } from './google-api'
import { rememberNext } from './google-reply'

interface GoogleButtonProps {
  /** Where to go afterwards; a path of this site. */
  next: string | undefined
  /** Leaves for Google's page. */
  onLeave?: (url: string) => void
}

/** Leads to Google's page. Nothing is drawn where signing in with Google is not set up. */
export function GoogleButton({ next, onLeave = leave }: GoogleButtonProps) {
  const ways = useQuery(waysQuery)
  const beginning = useMutation({
    mutationFn: beginGoogleSignIn,
    onSuccess: (url) => {
      rememberNext(next)
      onLeave(url)
    },
  })
  if (ways.isPending) return <Skeleton height="var(--control-height)" />
  // Without an answer the other ways still work, and they say what is wrong when they do not.
  if (ways.data?.google !== true) return null
  return (
    <>
      {beginning.error !== null && <Problem error={beginning.error} />}
      <Button
        isPending={beginning.isPending || beginning.isSuccess}
        onClick={() => beginning.mutate()}
      >
        <GoogleMark />
        Continue with Google
      </Button>
    </>
  )
}

function leave(url: string): void {
  window.location.assign(url)
}

function GoogleMark() {
  return (
    <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden fill="currentColor">
      <path d="M21.35 11.1H12v2.98h5.38c-.5 2.5-2.6 3.9-5.38 3.9a5.98 5.98 0 1 1 3.9-10.5l2.24-2.24A9.15 9.15 0 1 0 12 21.15c5.3 0 9.5-3.72 9.5-9.15 0-.3-.05-.6-.15-.9Z" />
    </svg>
  )
}
