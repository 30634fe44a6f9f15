import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { toast } from '@/components/ui/toast'
import { plural } from '@/lib/format'

import { saveVersion, type Strategy, strategyQueries, type Version } from '../api'

interface SaveDialogProps {
  strategy: Strategy
  isOpen: boolean
  /** Reads the code at the moment of saving. */
  readCode: () => string
  errors: number
  onClose: () => void
  onSaved: (version: Version) => void
}

/** Saves the code as the next version, with a note. */
export function SaveDialog({ isOpen, onClose, ...form }: SaveDialogProps) {
  const next = form.strategy.latestVersion + 1
  return (
    <Dialog title={`Save as version ${next}`} isOpen={isOpen} onClose={onClose}>
      <SaveForm {...form} onClose={onClose} />
    </Dialog>
  )
}

function SaveForm({
  strategy,
  readCode,
  errors,
  onClose,
  onSaved,
}: Omit<SaveDialogProps, 'isOpen'>) {
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const save = useMutation({
    mutationFn: () => saveVersion(strategy.id, { code: readCode(), note: note.trim() }),
    onSuccess: async (version) => {
      client.setQueryData(strategyQueries.version(strategy.id, version.number).queryKey, version)
      // At once: the button beside the code runs the latest version.
      client.setQueryData(strategyQueries.one(strategy.id).queryKey, (known) =>
        known === undefined ? known : { ...known, latestVersion: version.number },
      )
      onSaved(version)
      onClose()
      toast(`Saved as version ${version.number}.`)
      await client.invalidateQueries({ queryKey: ['strategies'], predicate: isAboutLists })
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <TextField
        label="Note"
        hint="What is different? Shown in the list of versions."
        value={note}
        maxLength={2_000}
        onChange={(event) => setNote(event.target.value)}
      />
      {errors > 0 && (
        <p>
          It has {plural(errors, 'error')}. It can be saved like this; it may not run like this.
        </p>
      )}
      {save.error !== null && <Problem error={save.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={save.isPending}>
          Save version
        </Button>
      </DialogActions>
    </form>
  )
}

function isAboutLists({ queryKey }: { queryKey: readonly unknown[] }): boolean {
  return ['list', 'one', 'versions'].includes(String(queryKey[1]))
}
