import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { DialogActions } from '@/components/ui/dialog'
import { SelectField, TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'

import { useShare } from './api'

const DAY_MS = 86_400_000
const LIFETIMES = [
  ['', 'Until I take it back'],
  ['1', 'A day'],
  ['7', 'A week'],
  ['30', '30 days'],
] as const

export function NewShareForm({ runId }: { runId: string }) {
  const [title, setTitle] = useState('')
  const [days, setDays] = useState('')
  const share = useShare(runId)
  const make = () => {
    const until = new Date(Date.now() + Number(days) * DAY_MS).toISOString()
    share.mutate(
      { title: title.trim(), expiresAt: days === '' ? null : until },
      { onSuccess: () => setTitle('') },
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        make()
      }}
    >
      <TextField
        label="Title"
        hint="What visitors read above the figures. Without one it is the strategy’s name."
        value={title}
        maxLength={120}
        onChange={(event) => setTitle(event.target.value)}
      />
      <SelectField
        label="The link shows it for"
        value={days}
        onChange={(event) => setDays(event.target.value)}
      >
        {LIFETIMES.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </SelectField>
      {share.error !== null && <Problem error={share.error} />}
      <DialogActions>
        <Button type="submit" look="primary" isPending={share.isPending}>
          Make a link
        </Button>
      </DialogActions>
    </form>
  )
}
