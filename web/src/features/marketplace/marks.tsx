import { Eye, EyeOff } from 'lucide-react'

import { Badge } from '@/components/ui/badge'

import type { Price, Terms } from './schemas'
import { priceText } from './words'

/** Open or closed, free or sold: what decides whether one can read and run it. */
export function TermMarks({ access, price }: { access: Terms['access']; price: Price | null }) {
  return (
    <>
      <Badge icon={access === 'open' ? Eye : EyeOff}>
        {access === 'open' ? 'Open code' : 'Closed code'}
      </Badge>
      <Badge tone={price === null ? 'neutral' : 'info'}>{priceText(price)}</Badge>
    </>
  )
}
