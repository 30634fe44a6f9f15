import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'

import styles from './bots.module.css'
import { LimitsDialog } from './limits-dialog'
import type { Bot } from './schemas'
import { UpdateDialog } from './update-dialog'

interface ChangeBotProps {
  bot: Bot
  /** The strategy's newest version; null before it is known. */
  latestVersion: number | null
}

/** What can be changed without making another bot. */
export function ChangeBot({ bot, latestVersion }: ChangeBotProps) {
  const [dialog, setDialog] = useState<'limits' | 'update' | null>(null)
  const close = () => setDialog(null)
  const isNewer = latestVersion !== null && latestVersion > bot.strategy.version
  return (
    <Panel
      title="Change"
      note={isNewer ? `Version ${latestVersion} of ${bot.strategy.name} is there.` : undefined}
    >
      <div className={styles['actions']}>
        <Button onClick={() => setDialog('limits')}>Limits…</Button>
        <Button disabled={(latestVersion ?? 1) < 2} onClick={() => setDialog('update')}>
          Strategy version…
        </Button>
      </div>
      <LimitsDialog bot={bot} isOpen={dialog === 'limits'} onClose={close} />
      {latestVersion !== null && (
        <UpdateDialog
          bot={bot}
          latestVersion={latestVersion}
          isOpen={dialog === 'update'}
          onClose={close}
        />
      )}
    </Panel>
  )
}
