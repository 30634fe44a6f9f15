import { Popover } from '@base-ui/react/popover'

import popup from '@/components/ui/popup.module.css'

import { useBuilder, useIsWrong } from '../context'
import type { Operand as OperandValue } from '../model/spec'
import { operandText } from '../model/words'
import { NumControl } from '../parts/num-control'
import styles from './conditions.module.css'
import { OperandEditor } from './operand-editor'

interface OperandProps {
  path: string
  /** What it is in its condition: "left side", "lower end". */
  about: string
  value: OperandValue
  /** Must change from candle to candle, so numbers are not offered. */
  isVarying?: boolean
}

/** What a condition looks at: on a button in few words, to be changed in the window that it opens. */
export function Operand({ path, about, value, isVarying = false }: OperandProps) {
  const { spec, registry } = useBuilder()
  const isWrong = useIsWrong(path)
  const { text, detail } = operandText(value, spec, registry)
  return (
    <>
      {typeof value === 'number' && (
        <NumControl
          path={path}
          label={`Number, ${about}`}
          value={value}
          wish={{ name: nameOf(path) }}
        />
      )}
      <Popover.Root>
        <Popover.Trigger
          className={styles['chip']}
          data-focus={`operand:${path}`}
          data-wrong={isWrong || undefined}
          aria-label={`${typeof value === 'number' ? 'Something else than a number' : text}, ${about}`}
          title="Change what is looked at"
        >
          {typeof value === 'number' ? '▾' : text}
          {detail !== '' && typeof value !== 'number' && (
            <span className={styles['detail']}>{detail}</span>
          )}
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Positioner
            sideOffset={4}
            collisionPadding={8}
            align="start"
            className={popup['positioner']}
          >
            <Popover.Popup className={popup['popup']} aria-label={`Change the ${about}`}>
              <OperandEditor path={path} about={about} value={value} isVarying={isVarying} />
            </Popover.Popup>
          </Popover.Positioner>
        </Popover.Portal>
      </Popover.Root>
    </>
  )
}

/** What a parameter in a condition is called: after the side that it stands on. */
function nameOf(path: string): string {
  const last = path.split('.').at(-1) ?? ''
  return { low: 'least', high: 'most' }[last] ?? 'limit'
}
