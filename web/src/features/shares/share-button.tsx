import { Share2 } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'

import { NewShareForm } from './new-share-form'
import { ShareList } from './share-list'

/** Makes, copies and takes back links under which anybody may look at a result. */
export function ShareButton({ runId }: { runId: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>
        <Share2 size={16} aria-hidden />
        Share
      </Button>
      <Dialog title="Share this result" isOpen={isOpen} onClose={() => setIsOpen(false)} isWide>
        <p>
          Whoever has a link sees the figures, the equity and the pairs. Code, parameters, notes and
          your name stay with you.
        </p>
        <NewShareForm runId={runId} />
        <ShareList runId={runId} />
      </Dialog>
    </>
  )
}
