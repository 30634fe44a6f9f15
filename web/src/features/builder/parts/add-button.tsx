import { Plus } from 'lucide-react'

import conditions from '../conditions/conditions.module.css'

interface AddButtonProps {
  text: string
  onAdd: () => void
  focusKey?: string
}

export function AddButton({ text, onAdd, focusKey }: AddButtonProps) {
  return (
    <div className={conditions['adders']}>
      <button type="button" className={conditions['add']} data-focus={focusKey} onClick={onAdd}>
        <Plus size={14} aria-hidden /> {text}
      </button>
    </div>
  )
}
