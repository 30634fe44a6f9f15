import { Combobox } from '@base-ui/react/combobox'
import { Check, ChevronsUpDown } from 'lucide-react'
import { useId } from 'react'

import popup from '@/components/ui/popup.module.css'

import styles from './pair-picker.module.css'

interface PairPickerProps {
  pairs: readonly string[]
  /** Trades of each pair, beside its name. */
  counts: ReadonlyMap<string, number>
  value: string
  onChange: (pair: string) => void
}

/** Chooses a pair: type to search, arrows and Enter to choose. */
export function PairPicker({ pairs, counts, value, onChange }: PairPickerProps) {
  const id = useId()
  return (
    <div className={styles['picker']}>
      <label htmlFor={id} className="visually-hidden">
        Pair
      </label>
      <Combobox.Root
        items={pairs}
        value={value}
        onValueChange={(pair) => {
          if (pair !== null) onChange(pair)
        }}
        autoHighlight
      >
        <div className={styles['control']}>
          <Combobox.Input id={id} className={styles['input']} />
          <Combobox.Trigger aria-label="Show all pairs" className={styles['trigger']}>
            <ChevronsUpDown size={16} aria-hidden />
          </Combobox.Trigger>
        </div>
        <Combobox.Portal>
          <Combobox.Positioner sideOffset={4} collisionPadding={8} className={popup['positioner']}>
            <Combobox.Popup className={styles['popup']}>
              <Combobox.Empty className={popup['empty']}>No pair is called so.</Combobox.Empty>
              <Combobox.List>
                {(pair: string) => (
                  <Combobox.Item key={pair} value={pair} className={styles['item']}>
                    <Combobox.ItemIndicator className={styles['tick']}>
                      <Check size={14} aria-hidden />
                    </Combobox.ItemIndicator>
                    <span className={styles['name']}>{pair}</span>
                    <span className={styles['count']}>{counts.get(pair) ?? 0} trades</span>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
    </div>
  )
}
