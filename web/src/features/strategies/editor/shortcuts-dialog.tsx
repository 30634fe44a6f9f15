import { Dialog } from '@/components/ui/dialog'

import styles from './strategy-editor.module.css'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
const MOD = isMac ? '⌘' : 'Ctrl'

const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  [`${MOD} S`, 'Save as a version'],
  ['Shift Alt F', 'Format the code'],
  [`${MOD} Space`, 'Complete; also comes by itself while typing'],
  [`${MOD} Shift Space`, 'Show a function’s parameters'],
  [`${MOD} F`, 'Find and replace'],
  [`F3 / Shift F3`, 'Next, previous match'],
  [`${MOD} D`, 'Add the next occurrence as a cursor'],
  [`${MOD} Alt ↑ / ↓`, 'Add a cursor above, below'],
  ['Alt and drag', 'Select a column'],
  [`${MOD} Z / ${MOD} ${isMac ? 'Shift Z' : 'Y'}`, 'Undo, redo, across saved versions'],
  [`${MOD} /`, 'Comment or uncomment'],
  ['Alt ↑ / ↓', 'Move the line'],
  ['Shift Alt ↑ / ↓', 'Copy the line'],
  [`${MOD} Shift K`, 'Delete the line'],
  [`${MOD} Alt G`, 'Go to a line'],
  [`${MOD} Shift M`, 'List the problems in the editor'],
  ['F8', 'Next problem'],
  [`${MOD} Shift [ / ]`, 'Fold, unfold'],
  ['Escape, then Tab', 'Leave the editor by keyboard (Tab alone indents)'],
]

export function ShortcutsDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog title="Keyboard" isOpen={isOpen} onClose={onClose}>
      <dl className={styles['keys']}>
        {SHORTCUTS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
