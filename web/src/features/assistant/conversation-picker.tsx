import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'

import { Button, IconButton } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Problem } from '@/components/ui/problem'

import { deleteConversation } from './api'
import styles from './assistant.module.css'
import type { Conversation } from './schemas'

interface ConversationPickerProps {
  conversations: Conversation[]
  current: string | null
  /** While a reply comes the conversation stays. */
  isLocked: boolean
  /** null: a new one. */
  onChoose: (id: string | null) => void
}

export function ConversationPicker({
  conversations,
  current,
  isLocked,
  onChoose,
}: ConversationPickerProps) {
  const id = useId()
  const [isAsking, setIsAsking] = useState(false)
  return (
    <div className={styles['picker']}>
      <label htmlFor={id} className="visually-hidden">
        Conversation
      </label>
      <select
        id={id}
        value={current ?? ''}
        disabled={isLocked}
        onChange={(event) => onChoose(event.target.value === '' ? null : event.target.value)}
      >
        <option value="">New conversation</option>
        {conversations.map((item) => (
          <option key={item.id} value={item.id}>
            {item.title === '' ? 'Nothing said yet' : item.title}
          </option>
        ))}
      </select>
      <IconButton label="New conversation" disabled={isLocked} onClick={() => onChoose(null)}>
        <Plus size={16} aria-hidden />
      </IconButton>
      {current !== null && (
        <IconButton
          label="Delete this conversation"
          disabled={isLocked}
          onClick={() => setIsAsking(true)}
        >
          <Trash2 size={16} aria-hidden />
        </IconButton>
      )}
      {current !== null && isAsking && (
        <DeleteDialog
          id={current}
          onClose={() => setIsAsking(false)}
          onDeleted={() => {
            setIsAsking(false)
            onChoose(null)
          }}
        />
      )}
    </div>
  )
}

interface DeleteDialogProps {
  id: string
  onClose: () => void
  onDeleted: () => void
}

function DeleteDialog({ id, onClose, onDeleted }: DeleteDialogProps) {
  const client = useQueryClient()
  const removal = useMutation({
    mutationFn: () => deleteConversation(id),
    onSuccess: async () => {
      onDeleted()
      await client.invalidateQueries({ queryKey: ['assistant', 'conversations'] })
    },
  })
  return (
    <Dialog title="Delete this conversation?" isOpen onClose={onClose}>
      <p>Its messages and proposals will be gone. Code, versions and backtests stay.</p>
      {removal.error !== null && <Problem error={removal.error} />}
      <DialogActions>
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" isPending={removal.isPending} onClick={() => removal.mutate()}>
          Delete
        </Button>
      </DialogActions>
    </Dialog>
  )
}
