import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Landing } from '@/features/landing/landing'
import { knownSession } from '@/lib/session'

export function LandingPage() {
  useEffect(() => {
    document.title = 'Candlewick: backtests you can believe'
  }, [])
  return <Landing tryIt={<TryIt />} />
}

/** One click: a guest's session, a strategy from a template, its first backtest. */
function TryIt() {
  const navigate = useNavigate()
  const trying = useMutation({
    mutationFn: async () => {
      const { startAsGuest } = await import('../first-backtest')
      return startAsGuest()
    },
    onSuccess: (runId) =>
      runId === null
        ? navigate({ to: '/home' })
        : navigate({ to: '/backtests/$runId', params: { runId } }),
  })
  return (
    <>
      <Button
        look="primary"
        isPending={trying.isPending}
        onClick={() => trying.mutate()}
        // Who points at it will need the sign-in soon.
        onPointerEnter={() => void knownSession().catch(() => null)}
      >
        {trying.isPending ? 'Starting a backtest…' : 'Try it now, without an account'}
      </Button>
      {trying.error !== null && <Problem error={trying.error} />}
    </>
  )
}
