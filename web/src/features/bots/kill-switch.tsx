import { OctagonX } from 'lucide-react'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { SwitchField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { plural } from '@/lib/format'

import { useStopAll } from './api'
import styles from './bots.module.css'
import type { Bot } from './schemas'

/** Stops all bots at once. From the answer on no order that enters a trade can leave. */
export function KillSwitch({ bots }: { bots: readonly Bot[] }) {
  const [isOpen, setIsOpen] = useState(false)
  const [doesClose, setDoesClose] = useState(false)
  const stopping = useStopAll()
  const close = () => setIsOpen(false)
  const stop = () =>
    stopping.mutate(doesClose, {
      onSuccess: () => {
        close()
        toast('All bots are told to stop.')
      },
    })
  return (
    <>
      <Button look="danger" onClick={() => setIsOpen(true)}>
        <OctagonX size={16} aria-hidden />
        Stop all
      </Button>
      <Dialog title="Stop all bots" isOpen={isOpen} onClose={close}>
        <div className={styles['stack']}>
          <p>
            {plural(bots.length, 'bot')} will stop: {bots.map((bot) => bot.name).join(', ')}. None
            of them enters a trade from now on.
          </p>
          <SwitchField
            label="Also sell what they hold, at the market"
            checked={doesClose}
            onChange={(event) => setDoesClose(event.target.checked)}
          />
          {stopping.error !== null && <Problem error={stopping.error} />}
          <DialogActions>
            <Button onClick={close}>Let them run</Button>
            <Button look="danger" isPending={stopping.isPending} onClick={stop}>
              Stop all bots
            </Button>
          </DialogActions>
        </div>
      </Dialog>
    </>
  )
}
