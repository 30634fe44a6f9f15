import { ShieldCheck } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Hint } from '@/components/ui/hint'

/** The mark of a verified result, with what it means. */
export function VerifiedBadge() {
  return (
    <Hint
      term={
        <Badge tone="gain" icon={ShieldCheck}>
          Verified
        </Badge>
      }
    >
      The strategy’s own process is not believed. Candlewick held every order against its own
      candles and recomputed every trade, the balance and all figures from them. What it can’t
      recompute is listed under “Run identity”.
    </Hint>
  )
}
