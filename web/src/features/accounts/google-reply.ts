import { z } from 'zod'

/** What Google puts into the address when it sends somebody back. */
export const googleReplySchema = z.object({
  state: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
})
export type GoogleReply = z.infer<typeof googleReplySchema>

const NEXT_KEY = 'candlewick.next'
let kept: GoogleReply | undefined

/** Holds Google's reply in memory, so that its code can leave the address before anything else happens. */
export function keepReply(reply: GoogleReply): void {
  kept = reply
}

/** Google's reply; undefined after a reload, or when nobody comes from Google. */
export function keptReply(): GoogleReply | undefined {
  return kept
}

/** Remembers in this tab where to go after Google; `next` itself never leaves the browser. */
export function rememberNext(next: string | undefined): void {
  try {
    if (next === undefined) sessionStorage.removeItem(NEXT_KEY)
    else sessionStorage.setItem(NEXT_KEY, next)
  } catch {
    // Storage may be forbidden; the way then goes to the home page.
  }
}

/** Where this tab wanted to go, unchecked. */
export function rememberedNext(): string | undefined {
  try {
    return sessionStorage.getItem(NEXT_KEY) ?? undefined
  } catch {
    return undefined
  }
}
