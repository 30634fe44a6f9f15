import { Plus } from 'lucide-react'

import { useBuilder } from '../context'
import { addCondition, type Target } from '../model/condition-moves'
import { addIndicator, newCondition } from '../model/making'
import { withSwitch } from '../model/references'
import type { Condition } from '../model/spec'
import { KIND_WORDS } from '../model/words'
import { BlockMenu } from '../parts/block-menu'
import styles from './conditions.module.css'

type Kind = keyof typeof KIND_WORDS

/** The menu of kinds; the chosen one goes to the end of the list. */
export function AddCondition({ path, label }: { path: string; label: string }) {
  const { spec, registry, edit, announce, pickIndicator } = useBuilder()
  const target: Target = { kind: 'end', path }
  const put = (make: () => Condition, what: string) => {
    edit((before) => addCondition(before, target, make()))
    announce(`Added: ${what}.`)
  }
  const choose = (kind: Kind) => {
    if (kind === 'switch') {
      edit((before) => {
        const { spec: added, name } = withSwitch(before)
        return addCondition(added, target, { kind, name })
      })
      announce('Added: a switch.')
      return
    }
    if (kind !== 'pattern') {
      put(() => newCondition(kind, spec, registry), KIND_WORDS[kind][0])
      return
    }
    pickIndicator({
      wants: 'patterns',
      onPick: (entry) =>
        edit((before) => {
          const { spec: added, name } = addIndicator(before, entry)
          return addCondition(added, target, { kind: 'pattern', name, direction: 'bullish' })
        }),
    })
  }
  return (
    <BlockMenu
      label={label}
      className={styles['add']}
      items={Object.entries(KIND_WORDS).map(([kind, [text, detail]]) => ({
        text,
        detail,
        onChoose: () => choose(kind as Kind),
      }))}
    >
      <Plus size={14} aria-hidden /> Condition
    </BlockMenu>
  )
}
