import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { SignInFrame } from '@/features/accounts/frame'
import { GoogleFinish } from '@/features/accounts/google-finish'
import { keptReply, rememberedNext } from '@/features/accounts/google-reply'

import { nextSchema } from './next'

/** Where Google sends people back to. */
export function GooglePage() {
  const [reply] = useState(keptReply)
  const [next] = useState(() => nextSchema.parse({ next: rememberedNext() }).next)
  const navigate = useNavigate()
  return (
    <SignInFrame title="Signing in with Google">
      <GoogleFinish
        reply={reply}
        next={next}
        onDone={() => void navigate({ href: next ?? '/home', replace: true })}
      />
    </SignInFrame>
  )
}
