import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Panel } from '@/components/ui/panel'

import { useDeleteBot } from './api'
import styles from './bots.module.css'
import type { Bot } from './schemas'

/** Deletes a bot that has stopped, with its journal. */
export function DeleteBot({ bot, onDeleted }: { bot: Bot; onDeleted: () => void }) {
  const [isOpen, setIsOpen] = useState(false)
  const deleting = useDeleteBot(bot.id)
  return (
    <Panel title="Delete">
      <div className={styles['stack']}>
        <p className={styles['muted']}>Its journal and its database go with it.</p>
        <div>
          <Button onClick={() => setIsOpen(true)}>Delete this bot</Button>
        </div>
      </div>
      <ConfirmDialog
        title={`Delete ${bot.name}`}
        expected={bot.name}
        action="Delete the bot"
        isOpen={isOpen}
        isPending={deleting.isPending}
        error={deleting.error}
        onClose={() => setIsOpen(false)}
        onConfirm={() => deleting.mutate(undefined, { onSuccess: onDeleted })}
      >
        <p>All that is known of its orders and trades is deleted and cannot be brought back.</p>
      </ConfirmDialog>
    </Panel>
  )
}
