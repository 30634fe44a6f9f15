import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import { useAllowSignals, useForbidSignals } from './api'
import styles from './bots.module.css'
import type { Bot } from './schemas'

/** Whether alerts from outside, such as TradingView's, may make the bot enter a trade. */
export function Signals({ bot }: { bot: Bot }) {
  const [isOpen, setIsOpen] = useState(false)
  const forbidding = useForbidSignals(bot.id)
  if (bot.mode === 'signals') return null
  return (
    <Panel title="Signals from outside" note="Alerts, such as TradingView’s, that force an entry.">
      <div className={styles['stack']}>
        <p className={styles['muted']}>
          {bot.takesSignals
            ? 'This bot enters a trade of one of its pairs when an alert with its token comes, within its limits.'
            : 'This bot takes none.'}
        </p>
        {forbidding.error !== null && <Problem error={forbidding.error} />}
        <div className={styles['actions']}>
          <Button onClick={() => setIsOpen(true)}>
            {bot.takesSignals ? 'New token…' : 'Allow signals…'}
          </Button>
          {bot.takesSignals && (
            <Button isPending={forbidding.isPending} onClick={() => forbidding.mutate()}>
              Take none
            </Button>
          )}
        </div>
      </div>
      <Dialog
        title={`Signals for ${bot.name}`}
        isOpen={isOpen}
        isWide
        onClose={() => setIsOpen(false)}
      >
        <Allowing bot={bot} onClose={() => setIsOpen(false)} />
      </Dialog>
    </Panel>
  )
}

function Allowing({ bot, onClose }: { bot: Bot; onClose: () => void }) {
  const allowing = useAllowSignals(bot.id)
  const [name, setName] = useState('')
  const isReal = bot.mode === 'live'
  if (allowing.data !== undefined) {
    return <Message token={allowing.data.token} onClose={onClose} />
  }
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        allowing.mutate(name.trim())
      }}
    >
      <p>
        Whoever has the token can make {bot.name} buy its pairs, within its limits, and can do
        nothing else.
        {bot.takesSignals && ' The token that it has now works no longer.'}
      </p>
      {isReal && (
        <TextField
          label={`Type “${bot.name}” to confirm`}
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      )}
      {allowing.error !== null && <Problem error={allowing.error} />}
      <DialogActions>
        <Button onClick={onClose}>Leave it</Button>
        <Button
          type="submit"
          look={isReal ? 'danger' : 'primary'}
          disabled={isReal && name.trim() !== bot.name}
          isPending={allowing.isPending}
        >
          Make a token
        </Button>
      </DialogActions>
    </form>
  )
}

function Message({ token, onClose }: { token: string; onClose: () => void }) {
  const message = `{"token": "${token}", "pair": "{{ticker}}", "at": "{{timenow}}"}`
  const copy = () =>
    void navigator.clipboard.writeText(message).then(() => toast('The message is copied.'))
  return (
    <div className={styles['stack']}>
      <p>At TradingView, give the alert this webhook URL:</p>
      <pre className={styles['copied']}>{`${window.location.origin}/api/v1/bots/signals`}</pre>
      <p>and this message. It is shown this once.</p>
      <pre className={styles['copied']} aria-label="Message of the alert">
        {message}
      </pre>
      <DialogActions>
        <Button onClick={copy}>Copy the message</Button>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}
