import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { SelectField, TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'

import { useUpdateBot } from './api'
import styles from './bots.module.css'
import type { Bot } from './schemas'

interface UpdateDialogProps {
  bot: Bot
  latestVersion: number
  isOpen: boolean
  onClose: () => void
}

/** Puts another version of the strategy into a bot; only one with a verified backtest is taken. */
export function UpdateDialog({ bot, isOpen, onClose, ...rest }: UpdateDialogProps) {
  return (
    <Dialog title={`Another version for ${bot.name}`} isOpen={isOpen} onClose={onClose}>
      <Fields bot={bot} onClose={onClose} {...rest} />
    </Dialog>
  )
}

function Fields({ bot, latestVersion, onClose }: Omit<UpdateDialogProps, 'isOpen'>) {
  const updating = useUpdateBot(bot.id)
  const [version, setVersion] = useState(latestVersion)
  const [name, setName] = useState('')
  const isReal = bot.mode === 'live'
  const versions = Array.from({ length: latestVersion }, (_, index) => latestVersion - index)
  const update = () =>
    updating.mutate(
      { version, confirmName: name.trim() },
      {
        onSuccess: () => {
          onClose()
          toast(`${bot.name} gets version ${version}.`)
        },
      },
    )
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault()
        update()
      }}
    >
      <p>
        {bot.wanted === 'stopped'
          ? 'It works by it from its next start on.'
          : 'The bot is replaced within a minute and goes on with its open trades. Until then they are managed by the old version.'}
      </p>
      <SelectField
        label={`Version of ${bot.strategy.name}`}
        hint="It needs a verified backtest."
        value={version}
        onChange={(event) => setVersion(Number(event.target.value))}
      >
        {versions.map((number) => (
          <option key={number} value={number}>
            {number === bot.strategy.version ? `${number} (now)` : number}
          </option>
        ))}
      </SelectField>
      {isReal && (
        <TextField
          label={`Type “${bot.name}” to confirm`}
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      )}
      {updating.error !== null && <Problem error={updating.error} />}
      <DialogActions>
        <Button onClick={onClose}>Leave it</Button>
        <Button
          type="submit"
          look={isReal ? 'danger' : 'primary'}
          disabled={version === bot.strategy.version || (isReal && name.trim() !== bot.name)}
          isPending={updating.isPending}
        >
          Update the bot
        </Button>
      </DialogActions>
    </form>
  )
}
