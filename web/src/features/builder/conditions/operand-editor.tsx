import { Segmented } from '@/components/ui/segmented'

import { useBuilder, useSet } from '../context'
import { addIndicator, CLOSE, valueOf } from '../model/making'
import { set } from '../model/paths'
import { countIndicatorUses } from '../model/references'
import { indicatorList, indicatorsOn, isPattern } from '../model/registry'
import { type Column, FIELDS, type IndicatorValue, type Operand, type Spec } from '../model/spec'
import { operandText } from '../model/words'
import { Choice, wordsOf } from '../parts/choice'
import { NumControl } from '../parts/num-control'
import { NumberInput } from '../parts/number-input'
import { Settings } from '../parts/setting-control'
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
  role: string
  value: Operand
  isVarying: boolean
  depth?: number
}

/** All that can be said about an operand; a calculation has two more of them inside. */
export function OperandEditor({ path, role, value, isVarying, depth = 0 }: OperandEditorProps) {
  const { spec } = useBuilder()
  const change = useKindChange(path)
  const kind = typeof value === 'number' ? 'number' : value.kind
  const kinds = KINDS.filter(([each]) => {
    if (each === kind) return true
    if (isVarying && (each === 'number' || each === 'parameter')) return false
    if (each === 'parameter') return spec.parameters.length > 0
    return each !== 'math' || depth < 3
  })
  return (
    <div className={styles['editor']}>
      <Segmented label={`Kind of the ${role}`} options={kinds} value={kind} onChange={change} />
      {typeof value === 'number' && (
        <Row name="Number">
          <ValueInput path={path} label={`Number, ${role}`} value={value} />
        </Row>
      )}
      {typeof value === 'object' && value.kind === 'parameter' && (
        <Row name="Parameter">
          <NumControl
            path={path}
            label={`Parameter, ${role}`}
            value={value}
            wish={{ name: 'limit' }}
          />
        </Row>
      )}
      {typeof value === 'object' && value.kind === 'math' && (
        <Calculation path={path} role={role} value={value} depth={depth} />
      )}
      {typeof value === 'object' && (value.kind === 'price' || value.kind === 'indicator') && (
        <ColumnFields path={path} role={role} value={value} />
      )}
    </div>
  )
}

function useKindChange(path: string): (kind: Kind) => void {
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
    else if (kind === 'parameter' && parameter !== undefined) put({ kind, name: parameter.name })
    else if (kind === 'indicator') {
      if (last === undefined) pick()
      else put(valueOf(registry.get(last.indicator), last.name))
    }
  }
}

/** Opens the menu of indicators, and puts a value of the chosen one here. */
function useIndicatorPick(path: string, frame: string | undefined): () => void {
  const { edit, pickIndicator, focusOn } = useBuilder()
  return () =>
    pickIndicator({
      wants: 'values',
      onPick: (entry) => {
        edit((before) => {
          const added = addIndicator(before, entry, frame)
          return set(added.spec, path, valueOf(entry, added.name, frame))
        })
        focusOn(`operand:${path}`)
      },
    })
}

function ValueInput({ path, label, value }: { path: string; label: string; value: number }) {
  const change = useSet(path)
  return <NumberInput label={label} value={value} onChange={change} />
}

export function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={styles['field']}>
      <span className={styles['fieldName']}>{name}</span>
      <div>{children}</div>
    </div>
  )
}

function Calculation({
  path,
  role,
  value,
  depth,
}: {
  path: string
  role: string
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
        role={`${side} part of the ${role}`}
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
        label={`Sign of the ${role}`}
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

interface ColumnProps {
  path: string
  role: string
  value: Column
  /** An indicator's source cannot be shifted. */
  isSource?: boolean
}

/** A price or an indicator: which one, on which candles, how long ago. */
export function ColumnFields({ path, role, value, isSource = false }: ColumnProps) {
  const { spec, edit } = useBuilder()
  const change = useSet(path)
  return (
    <>
      {value.kind === 'price' ? (
        <Row name="Price">
          <Choice
            label={`Price, ${role}`}
            value={value.field}
            options={wordsOf(FIELDS)}
            onChange={(field) => change({ ...value, field })}
          />
        </Row>
      ) : (
        <IndicatorFields path={path} role={role} value={value} isSource={isSource} />
      )}
      {spec.informatives.length > 0 && !isSource && (
        <Row name="Candles">
          <Choice
            label={`Candles, ${role}`}
            value={value.frame ?? ''}
            options={[
              ['', `the strategy’s own (${spec.timeframe})`],
              ...spec.informatives.map(({ name }) => [name, name] as const),
            ]}
            onChange={(frame) => edit((before) => onFrame(before, path, value, frame))}
          />
        </Row>
      )}
      {!isSource && (
        <Row name="Candles ago">
          <NumControl
            path={`${path}.ago`}
            label={`Candles ago, ${role}`}
            value={value.ago}
            wish={{ name: 'ago', low: 0, high: 500, isWhole: true }}
          />
        </Row>
      )}
    </>
  )
}

/** The same value on other candles; an indicator that is not computed there becomes the close. */
function onFrame(spec: Spec, path: string, value: Column, frame: string): Spec {
  const { frame: _, ...rest } = value
  const place = frame === '' ? {} : { frame }
  const known = indicatorsOn(spec, frame === '' ? undefined : frame)
  const isThere = value.kind === 'price' || known.some(({ name }) => name === value.name)
  return set(spec, path, isThere ? { ...rest, ...place } : { ...CLOSE, ...place })
}

function IndicatorFields({
  path,
  role,
  value,
  isSource,
}: {
  path: string
  role: string
  value: IndicatorValue
  isSource: boolean
}) {
  const { spec, registry } = useBuilder()
  const change = useSet(path)
  const pick = useIndicatorPick(path, value.frame)
  const uses = indicatorsOn(spec, value.frame).filter((use) => !isPattern(registry, use))
  const use = uses.find(({ name }) => name === value.name)
  const entry = use && registry.get(use.indicator)
  const index = use === undefined ? -1 : listIndex(spec, value)
  const list = `${indicatorList(spec, value.frame)}.${index}`
  const count = use === undefined ? 0 : countIndicatorUses(spec, list)
  return (
    <>
      <Row name="Indicator">
        <Choice
          label={`Indicator, ${role}`}
          path={`${path}.name`}
          value={value.name}
          options={[
            ...uses.map(
              ({ name, indicator }) =>
                [name, titleOf(name, registry.get(indicator)?.title)] as const,
            ),
            ...(isSource ? [] : [['+', 'New indicator…'] as const]),
          ]}
          onChange={(name) => {
            if (name === '+') pick()
            else {
              const chosen = uses.find((each) => each.name === name)
              const output = registry.get(chosen?.indicator ?? '')?.outputs[0]?.name ?? ''
              change({ ...value, name, output })
            }
          }}
        />
      </Row>
      {entry !== undefined && entry.outputs.length > 1 && (
        <Row name="Line">
          <Choice
            label={`Line, ${role}`}
            path={`${path}.output`}
            value={value.output}
            options={entry.outputs.map(({ name, title }) => [name, title] as const)}
            onChange={(output) => change({ ...value, output })}
          />
        </Row>
      )}
      {entry !== undefined && use !== undefined && !isSource && (
        <div className={styles['part']}>
          <p className={styles['meaning']}>{entry.meaning}</p>
          <Settings path={list} use={use} />
          {count > 1 && entry.settings.length > 0 && (
            <p className={styles['meaning']}>Used in {count} places; all of them change.</p>
          )}
        </div>
      )}
    </>
  )
}

function titleOf(name: string, title: string | undefined): string {
  return title === undefined ? name : `${name}: ${title}`
}

function listIndex(spec: Spec, value: IndicatorValue): number {
  const items =
    value.frame === undefined
      ? spec.indicators
      : (spec.informatives.find(({ name }) => name === value.frame)?.indicators ?? [])
  return items.findIndex((item) => item.kind === 'indicator' && item.name === value.name)
}
