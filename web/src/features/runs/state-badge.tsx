import { Ban, CircleCheck, CircleX, Clock, LoaderCircle, type LucideIcon } from 'lucide-react'

import { Badge, type Tone } from '@/components/ui/badge'

import type { RunState } from './schemas'

const LOOKS: Record<RunState, readonly [text: string, tone: Tone, icon: LucideIcon]> = {
  queued: ['Queued', 'neutral', Clock],
  starting: ['Starting', 'info', LoaderCircle],
  running: ['Running', 'info', LoaderCircle],
  cancelling: ['Cancelling', 'warning', LoaderCircle],
  verifying: ['Verifying', 'info', LoaderCircle],
  succeeded: ['Done', 'gain', CircleCheck],
  failed: ['Failed', 'loss', CircleX],
  cancelled: ['Cancelled', 'neutral', Ban],
}

/** A run's state in a word. */
export function StateBadge({ state }: { state: RunState }) {
  const [text, tone, icon] = LOOKS[state]
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  )
}
