import { Badge } from '@/components/ui/badge'

import type { Bot } from './schemas'
import { MODE_WORDS, standingOf } from './words'

export function BotBadge({ bot }: { bot: Bot }) {
  const { text, tone } = standingOf(bot)
  return <Badge tone={tone}>{text}</Badge>
}

/** Real money is never shown as quietly as play money. */
export function ModeBadge({ mode }: { mode: Bot['mode'] }) {
  return <Badge tone={mode === 'live' ? 'warning' : 'neutral'}>{MODE_WORDS[mode]}</Badge>
}
