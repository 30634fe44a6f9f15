import { SwitchField } from '@/components/ui/field'

import { useBuilder, useSet } from '../context'
import { freeName } from '../model/making'
import { insert } from '../model/paths'
import { countParameterUses, dissolveParameter, renameParameter } from '../model/references'
import type { NumberParameter, Parameter } from '../model/spec'
import { AddButton } from '../parts/add-button'
import { Choice } from '../parts/choice'
import { FieldRow } from '../parts/field-row'
import { NumberInput } from '../parts/number-input'
import parts from '../parts/parts.module.css'
import { ProblemList } from '../parts/problem-list'
import { Section } from '../parts/section'
import { TextInput } from '../parts/text-input'
import { IconButton } from '@/components/ui/button'
import { X } from 'lucide-react'
import styles from './sections.module.css'

/** Numbers with a name, a range and a default, which hyperopt may change. */
export function Parameters() {
  const { spec, edit } = useBuilder()
  const add = () =>
    edit((before) => {
      const name = freeName(
        'value',
        before.parameters.map((each) => each.name),
      )
      const made: Parameter = {
        kind: 'int',
        name,
        low: 1,
        high: 100,
        default: 20,
        space: 'buy',
        optimize: true,
      }
      return insert(before, 'parameters', before.parameters.length, made)
    })
  const names = spec.parameters.map(({ name }) => name)
  return (
    <Section
      title="Parameters"
      summary={names.length === 0 ? 'none: every number stands where it is used' : names.join(', ')}
      path="parameters"
    >
      {spec.parameters.map((parameter, index) => (
        <ParameterCard key={index} index={index} parameter={parameter} />
      ))}
      <AddButton text="Parameter" onAdd={add} />
    </Section>
  )
}

function ParameterCard({ index, parameter }: { index: number; parameter: Parameter }) {
  const { spec, edit, announce } = useBuilder()
  const path = `parameters.${index}`
  const setSpace = useSet(`${path}.space`)
  const setOptimize = useSet(`${path}.optimize`)
  const setAll = useSet(path)
  const uses = countParameterUses(spec, parameter.name)
  return (
    <div className={styles['card']}>
      <div className={styles['head']}>
        <TextInput
          path={`${path}.name`}
          label={`Name of the parameter ${parameter.name}`}
          value={parameter.name}
          maxLength={20}
          isQuiet
          onCommit={(name) => edit((before) => renameParameter(before, index, name))}
        />
        <Choice
          label={`Kind of ${parameter.name}`}
          value={parameter.kind}
          options={[
            ['int', 'whole number'],
            ['decimal', 'decimal number'],
            ['choice', 'one of some numbers'],
            ['bool', 'on or off'],
          ]}
          onChange={(kind) => setAll(asKind(parameter, kind))}
        />
        <span className={styles['space']} />
        <span className={styles['muted']}>{uses === 1 ? 'used once' : `used ${uses} times`}</span>
        <IconButton
          label={`Remove the parameter ${parameter.name}`}
          className={parts['mini']}
          onClick={() => {
            edit((before) => dissolveParameter(before, index))
            announce(`Removed: ${parameter.name}. Its default stands where it was used.`)
          }}
        >
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {parameter.kind === 'bool' ? (
        <DefaultSwitch path={`${path}.default`} isOn={parameter.default} />
      ) : (
        <Range path={path} parameter={parameter} />
      )}
      <div className={styles['row']}>
        <SwitchField
          label="Hyperopt may change it"
          checked={parameter.optimize}
          onChange={(event) => setOptimize(event.target.checked)}
        />
        <span className={styles['space']} />
        <Choice
          label={`Space of ${parameter.name}`}
          value={parameter.space}
          options={[
            ['buy', 'with the entries'],
            ['sell', 'with the exits'],
            ['protection', 'with the protections'],
          ]}
          onChange={setSpace}
        />
      </div>
      <ProblemList path={path} />
    </div>
  )
}

function DefaultSwitch({ path, isOn }: { path: string; isOn: boolean }) {
  const change = useSet(path)
  return (
    <SwitchField
      label="On by default"
      checked={isOn}
      onChange={(event) => change(event.target.checked)}
    />
  )
}

function Range({ path, parameter }: { path: string; parameter: NumberParameter }) {
  const setLow = useSet(`${path}.low`)
  const setHigh = useSet(`${path}.high`)
  const setDefault = useSet(`${path}.default`)
  const setOptions = useSet(`${path}.options`)
  if (parameter.kind === 'choice') {
    return (
      <>
        <FieldRow name="One of">
          <TextInput
            path={`${path}.options`}
            label={`Options of ${parameter.name}`}
            value={parameter.options.join(', ')}
            maxLength={400}
            onCommit={(text) => {
              const numbers = text
                .split(/[,;\s]+/)
                .filter(Boolean)
                .map(Number)
              if (numbers.every(Number.isFinite)) setOptions(numbers)
            }}
          />
        </FieldRow>
        <FieldRow name="Default">
          <Choice
            label={`Default of ${parameter.name}`}
            path={`${path}.default`}
            value={String(parameter.default)}
            options={parameter.options.map((each) => [String(each), String(each)] as const)}
            onChange={(text) => setDefault(Number(text))}
          />
        </FieldRow>
      </>
    )
  }
  const { low, high } = parameter
  const step = parameter.kind === 'int' ? 1 : 10 ** -parameter.decimals
  return (
    <div className={styles['row']}>
      from
      <NumberInput label={`Least of ${parameter.name}`} value={low} onChange={setLow} />
      to
      <NumberInput label={`Most of ${parameter.name}`} value={high} onChange={setHigh} />, now
      <NumberInput
        label={`Default of ${parameter.name}`}
        value={parameter.default}
        onChange={setDefault}
      />
      <input
        type="range"
        className={parts['slider']}
        aria-label={`Default of ${parameter.name}, slider`}
        min={low}
        max={high}
        step={step}
        value={parameter.default}
        onChange={(event) => setDefault(Number(event.target.value))}
      />
    </div>
  )
}

function asKind(parameter: Parameter, kind: Parameter['kind']): Parameter {
  const { name, space, optimize } = parameter
  const about = { name, space, optimize }
  if (kind === 'bool') return { ...about, kind, default: true }
  if (parameter.kind === 'bool') return { ...about, kind: 'int', low: 1, high: 100, default: 20 }
  const [low, high] =
    parameter.kind === 'choice'
      ? [Math.min(...parameter.options), Math.max(...parameter.options)]
      : [parameter.low, parameter.high]
  if (kind === 'choice') {
    const options = [...new Set([low, parameter.default, high])].sort((a, b) => a - b)
    return { ...about, kind, options, default: parameter.default }
  }
  if (kind === 'decimal')
    return { ...about, kind, low, high, default: parameter.default, decimals: 3 }
  return {
    ...about,
    kind,
    low: Math.floor(low),
    high: Math.ceil(high),
    default: Math.round(parameter.default),
  }
}
