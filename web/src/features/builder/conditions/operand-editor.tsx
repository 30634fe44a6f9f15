import { Segmented } from '@/components/ui/segmented'

import { useBuilder, useSet } from '../context'
import { CLOSE, valueOf } from '../model/making'
import { set } from '../model/paths'
import { makeParameter } from '../model/references'
import { indicatorsOn, isPattern } from '../model/registry'
import type { Operand } from '../model/spec'
import { operandText } from '../model/words'
import { Choice } from '../parts/choice'
import { NumControl } from '../parts/num-control'
import { NumberInput } from '../parts/number-input'
import { ColumnFields, Row, useIndicatorPick } from './column-fields'
import styles from './conditions.module.css'

type Kind = 'number' | 'price' | 'indicator' | 'parameter' | 'math'

const KINDS: readonly (readonly [Kind, string])[] = [
  ['price', 'Price'],
  ['indicator', 'Indicator'],
  ['number', 'Number'],
  ['parameter', 'Parameter'],
  ['math', 'Calculation'],
]

interface OperandEditorProps {
  path: string
  about: string
  value: Operand
  isVarying: boolean
  depth?: number
}

/** All that can be said about an operand; a calculation has two more of them inside. */
export function OperandEditor({ path, about, value, isVarying, depth = 0 }: OperandEditorProps) {
  const { spec } = useBuilder()
  const change = useKindChange(path, typeof value === 'number')
  const kind = typeof value === 'number' ? 'number' : value.kind
  const kinds = KINDS.filter(([each]) => {
    if (each === kind) return true
    if (isVarying && (each === 'number' || each === 'parameter')) return false
    if (each === 'parameter') return kind === 'number' || spec.parameters.length > 0
    return each !== 'math' || depth < 3
  })
  return (
    <div className={styles['editor']}>
      <Segmented label={`Kind of the ${about}`} options={kinds} value={kind} onChange={change} />
      {typeof value === 'number' && (
        <Row name="Number">
          <ValueInput path={path} label={`Number, ${about}`} value={value} />
        </Row>
      )}
      {typeof value === 'object' && value.kind === 'parameter' && (
        <Row name="Parameter">
          <NumControl
            path={path}
            label={`Parameter, ${about}`}
            value={value}
            wish={{ name: 'limit' }}
          />
        </Row>
      )}
      {typeof value === 'object' && value.kind === 'math' && (
        <Calculation path={path} about={about} value={value} depth={depth} />
      )}
      {typeof value === 'object' && (value.kind === 'price' || value.kind === 'indicator') && (
        <ColumnFields path={path} about={about} value={value} />
      )}
    </div>
  )
}

function useKindChange(path: string, isNumber: boolean): (kind: Kind) => void {
  const { spec, registry, edit } = useBuilder()
  const pick = useIndicatorPick(path, undefined)
  const put = (value: Operand) => edit((before) => set(before, path, value))
  return (kind) => {
    const uses = indicatorsOn(spec, undefined).filter((use) => !isPattern(registry, use))
    const last = uses.at(-1)
    const parameter = spec.parameters[0]
    if (kind === 'number') put(0)
    else if (kind === 'price') put(CLOSE)
    else if (kind === 'math') put({ kind, sign: '*', left: CLOSE, right: 1.01 })
    else if (kind === 'parameter' && isNumber)
      edit((before) => makeParameter(before, path, { name: nameOf(path), ...spaceOf(path) }))
    else if (kind === 'parameter' && parameter !== undefined) put({ kind, name: parameter.name })
    else if (kind === 'indicator') {
      if (last === undefined) pick()
      else put(valueOf(registry.get(last.indicator), last.name))
    }
  }
}

function ValueInput({ path, label, value }: { path: string; label: string; value: number }) {
  const change = useSet(path)
  return <NumberInput label={label} value={value} onChange={change} />
}

function Calculation({
  path,
  about,
  value,
  depth,
}: {
  path: string
  about: string
  value: Extract<Operand, { kind: 'math' }>
  depth: number
}) {
  const { spec, registry } = useBuilder()
  const change = useSet(`${path}.sign`)
  const part = (side: 'left' | 'right') => (
    <details className={styles['part']} open={depth === 0}>
      <summary>{operandText(value[side], spec, registry).text}</summary>
      <OperandEditor
        path={`${path}.${side}`}
        about={`${side} part of the ${about}`}
        value={value[side]}
        isVarying={false}
        depth={depth + 1}
      />
    </details>
  )
  return (
    <>
      {part('left')}
      <Choice
        label={`Sign of the ${about}`}
        value={value.sign}
        options={[
          ['+', 'plus'],
          ['-', 'minus'],
          ['*', 'times'],
          ['/', 'divided by'],
        ]}
        onChange={change}
      />
      {part('right')}
    </>
  )
}

/** What a parameter in a condition is called: after the side that it stands on. */
function nameOf(path: string): string {
  const last = path.split('.').at(-1) ?? ''
  return { low: 'least', high: 'most' }[last] ?? 'limit'
}

function spaceOf(path: string): { space?: 'sell' } {
  return path.startsWith('exits') ? { space: 'sell' } : {}
}
