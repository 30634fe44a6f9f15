import { type ReactNode, useState } from 'react'

import { Button } from './button'
import { Dialog, DialogActions } from './dialog'
import { TextField } from './field'
import { Problem } from './problem'
import styles from './confirm-dialog.module.css'

interface ConfirmDialogProps {
  title: string
  /** What will be gone, and that it cannot be undone. */
  children: ReactNode
  /** The text to type before the button works: the name of what is in danger. */
  expected: string
  action: string
  isOpen: boolean
  isPending: boolean
  error: Error | null
  onClose: () => void
  onConfirm: () => void
}

/** Asks for a name to be typed before something dangerous is done. */
export function ConfirmDialog({
  expected,
  action,
  onConfirm,
  children,
  error,
  ...dialog
}: ConfirmDialogProps) {
  const [typed, setTyped] = useState('')
  const { isPending, ...shell } = dialog
  const fits = typed.trim() === expected
  return (
    <Dialog {...shell}>
      <form
        className={styles['body']}
        onSubmit={(event) => {
          event.preventDefault()
          if (fits && !isPending) onConfirm()
        }}
      >
        <div>{children}</div>
        <TextField
          label={`Type “${expected}” to confirm`}
          value={typed}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
        {error !== null && <Problem error={error} />}
        <DialogActions>
          <Button onClick={shell.onClose}>Keep it</Button>
          <Button type="submit" look="danger" disabled={!fits} isPending={isPending}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
