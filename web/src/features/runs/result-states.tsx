import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

interface ResultStatesProps {
  error: Error | null
  onRetry: () => void
}

/** Stands where a result will be: while it loads, and when it cannot be loaded. */
export function ResultStates({ error, onRetry }: ResultStatesProps) {
  if (error !== null) return <Problem error={error} onRetry={onRetry} />
  return (
    <Loading label="The result is loading">
      <Skeleton height="64rem" />
    </Loading>
  )
}
