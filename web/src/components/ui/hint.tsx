import { Popover } from '@base-ui/react/popover'
import type { ReactNode } from 'react'

import styles from './hint.module.css'

/** A term with its explanation: shown on hover, on focus with Enter, and on touch. */
export function Hint({ term, children }: { term: ReactNode; children: ReactNode }) {
  return (
    <Popover.Root>
      <Popover.Trigger openOnHover delay={200} className={styles['trigger']}>
        {term}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} collisionPadding={8}>
          <Popover.Popup className={styles['popup']}>
            <Popover.Description render={<div />}>{children}</Popover.Description>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
