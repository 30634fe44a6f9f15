import { X } from 'lucide-react'

import { IconButton } from '@/components/ui/button'

import { useBuilder } from '../context'
import { remove } from '../model/paths'
import styles from './parts.module.css'

/** Takes an item of a list away, or a setting that need not be there. */
export function RemoveButton({ path, label }: { path: string; label: string }) {
  const { edit, announce } = useBuilder()
  return (
    <IconButton
      label={`Remove ${label}`}
      className={styles['mini']}
      onClick={() => {
        edit((spec) => remove(spec, path))
        announce(`Removed: ${label}. Undo brings it back.`)
      }}
    >
      <X size={14} aria-hidden />
    </IconButton>
  )
}
