import { Combobox } from '@base-ui/react/combobox'
import { Plus } from 'lucide-react'
import { useId, useState } from 'react'

import popup from '@/components/ui/popup.module.css'

import styles from './compare.module.css'

/** A run that can be added. */
export interface Candidate {
  id: string
  /** Strategy, version, period: what is searched. */
  name: string
  note: string
}

interface RunPickerProps {
  candidates: readonly Candidate[]
  onAdd: (id: string) => void
  /** Loads older runs; undefined when all are here. */
  onMore: (() => void) | undefined
}

/** Finds a run by any word of its name, and adds it. */
export function RunPicker({ candidates, onAdd, onMore }: RunPickerProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  return (
    <div className={styles['picker']}>
      <label htmlFor={id} className="visually-hidden">
        Add a run
      </label>
      <Plus size={16} aria-hidden className={styles['plus']} />
      <Combobox.Root
        items={candidates}
        value={null}
        itemToStringLabel={(item: Candidate) => `${item.name} ${item.note}`}
        inputValue={typed}
        onInputValueChange={setTyped}
        onValueChange={(chosen: Candidate | null) => {
          if (chosen === null) return
          onAdd(chosen.id)
          setTyped('')
        }}
        autoHighlight
      >
        <Combobox.Input id={id} placeholder="Add a run …" className={styles['search']} />
        <Combobox.Portal>
          <Combobox.Positioner sideOffset={4} collisionPadding={8} className={popup['positioner']}>
            <Combobox.Popup className={styles['popup']}>
              <Combobox.Empty className={popup['empty']}>No such run.</Combobox.Empty>
              <Combobox.List>
                {(item: Candidate) => (
                  <Combobox.Item key={item.id} value={item} className={styles['item']}>
                    {item.name}
                    <small className={styles['muted']}>{item.note}</small>
                  </Combobox.Item>
                )}
              </Combobox.List>
              {onMore !== undefined && (
                <button type="button" className={styles['more']} onClick={onMore}>
                  Look further back
                </button>
              )}
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
    </div>
  )
}
