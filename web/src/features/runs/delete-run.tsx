import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { toast } from '@/components/ui/toast'

import { useDeleteRun } from './api'
import type { Run } from './schemas'

/** Deletes a run after its strategy's name was typed; then shows the list. */
export function DeleteRun({ run }: { run: Run }) {
  const [isOpen, setIsOpen] = useState(false)
  const navigate = useNavigate()
  const remove = useDeleteRun(run.id)
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        toast('The backtest was deleted.')
        void navigate({ to: '/backtests' })
      },
    })
  return (
    <div>
      <Button look="quiet" onClick={() => setIsOpen(true)}>
        Delete this backtest…
      </Button>
      <ConfirmDialog
        title="Delete this backtest?"
        expected={run.strategy.name}
        action="Delete for good"
        isOpen={isOpen}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => setIsOpen(false)}
        onConfirm={confirm}
      >
        <p>Its result, log and notes will be gone. This can’t be undone.</p>
      </ConfirmDialog>
    </div>
  )
}
