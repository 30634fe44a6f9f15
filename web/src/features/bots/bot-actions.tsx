import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { SwitchField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { plural } from '@/lib/format'

import { useStartBot, useTellBot } from './api'
import styles from './bots.module.css'
import type { Bot } from './schemas'

/** What can be done with a bot now. */
export function BotActions({ bot }: { bot: Bot }) {
  const telling = useTellBot(bot.id)
  const isLeaving = bot.operation.kind === 'stopping' || bot.operation.kind === 'deleting'
  if (bot.wanted === 'stopped') return isLeaving ? null : <Start bot={bot} />
  return (
    <div className={styles['actions']}>
      {bot.wanted === 'running' ? (
        <Button isPending={telling.isPending} onClick={() => telling.mutate({ act: 'pause' })}>
          Pause entries
        </Button>
      ) : (
        <Button isPending={telling.isPending} onClick={() => telling.mutate({ act: 'resume' })}>
          Resume
        </Button>
      )}
      <Stop bot={bot} />
      {telling.error !== null && <Problem error={telling.error} />}
    </div>
  )
}

function Start({ bot }: { bot: Bot }) {
  const [isOpen, setIsOpen] = useState(false)
  const starting = useStartBot(bot.id)
  const start = (name: string) => starting.mutate(name, { onSuccess: () => setIsOpen(false) })
  if (bot.mode !== 'live') {
    return (
      <>
        <Button look="primary" isPending={starting.isPending} onClick={() => start('')}>
          Start
        </Button>
        {starting.error !== null && <Problem error={starting.error} />}
      </>
    )
  }
  return (
    <>
      <Button look="primary" onClick={() => setIsOpen(true)}>
        Start with real money
      </Button>
      <ConfirmDialog
        title={`Start ${bot.name} with real money`}
        expected={bot.name}
        action="Start with real money"
        isOpen={isOpen}
        isPending={starting.isPending}
        error={starting.error}
        onClose={() => setIsOpen(false)}
        onConfirm={() => start(bot.name)}
      >
        <p>
          {bot.name} will buy and sell {plural(bot.pairs.length, 'pair')} on {bot.venue} without
          asking again. You may lose all of the money that it can reach.
        </p>
      </ConfirmDialog>
    </>
  )
}

function Stop({ bot }: { bot: Bot }) {
  const [isOpen, setIsOpen] = useState(false)
  const [doesClose, setDoesClose] = useState(false)
  const telling = useTellBot(bot.id)
  const close = () => setIsOpen(false)
  const open = bot.figures?.openTrades.length ?? 0
  return (
    <>
      <Button look="danger" onClick={() => setIsOpen(true)}>
        Stop
      </Button>
      <Dialog title={`Stop ${bot.name}`} isOpen={isOpen} onClose={close}>
        <div className={styles['stack']}>
          <p>
            {open === 0
              ? 'It has no open trades.'
              : `It has ${plural(open, 'open trade')}. Positions that are kept stay at the exchange, and nobody watches them while the bot is stopped.`}
          </p>
          {open > 0 && (
            <SwitchField
              label="Sell them first, at the market"
              checked={doesClose}
              onChange={(event) => setDoesClose(event.target.checked)}
            />
          )}
          {telling.error !== null && <Problem error={telling.error} />}
          <DialogActions>
            <Button onClick={close}>Let it run</Button>
            <Button
              look="danger"
              isPending={telling.isPending}
              onClick={() =>
                telling.mutate({ act: 'stop', close: doesClose }, { onSuccess: close })
              }
            >
              {doesClose ? 'Sell and stop' : 'Stop the bot'}
            </Button>
          </DialogActions>
        </div>
      </Dialog>
    </>
  )
}
