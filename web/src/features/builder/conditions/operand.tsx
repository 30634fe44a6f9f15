import { Popover } from '@base-ui/react/popover'
import { ChevronDown } from 'lucide-react'

import popup from '@/components/ui/popup.module.css'
import { cn } from '@/lib/cn'

import { useBuilder, useIsWrong, useSet } from '../context'
import type { Operand as OperandValue } from '../model/spec'
import { operandText } from '../model/words'
import { NumberInput } from '../parts/number-input'
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
  const isNumber = typeof value === 'number'
  return (
    <span className={styles['operand']}>
      {isNumber && <PlainNumber path={path} about={about} value={value} />}
      <Popover.Root>
        <Popover.Trigger
          className={cn(styles['chip'], isNumber && styles['slim'])}
          data-focus={`operand:${path}`}
          data-wrong={isWrong || undefined}
          aria-label={`${isNumber ? 'Something else than a number' : text}, ${about}`}
          title="Change what is looked at"
        >
          {isNumber ? <ChevronDown size={14} aria-hidden /> : text}
          {detail !== '' && !isNumber && <span className={styles['detail']}>{detail}</span>}
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
    </span>
  )
}

function PlainNumber({ path, about, value }: { path: string; about: string; value: number }) {
  const change = useSet(path)
  return (
    <NumberInput
      label={`Number, ${about}`}
      value={value}
      onChange={change}
      isWrong={useIsWrong(path)}
    />
  )
}
