import { useBuilder, useSet } from '../context'
import { addIndicator } from '../model/making'
import { set } from '../model/paths'
import { indicatorsOn, isPattern } from '../model/registry'
import { type Leaf as LeafCondition, SIGNS, WEEKDAYS } from '../model/spec'
import { DAY_WORDS, SIGN_WORDS } from '../model/words'
import { Choice, wordsOf } from '../parts/choice'
import { CodeChunk } from '../parts/code-chunk'
import { NumControl } from '../parts/num-control'
import styles from './conditions.module.css'
import { Operand } from './operand'

type Of<Kind extends LeafCondition['kind']> = Extract<LeafCondition, { kind: Kind }>

interface LeafProps<T = LeafCondition> {
  path: string
  value: T
}

/** A condition that holds no other ones, as a sentence with places to fill in. */
export function Leaf({ path, value }: LeafProps) {
  switch (value.kind) {
    case 'compare':
      return <Compare path={path} value={value} />
    case 'crosses':
      return <Crosses path={path} value={value} />
    case 'moves':
      return <Moves path={path} value={value} />
    case 'between':
      return <Between path={path} value={value} />
    case 'distance':
      return <Distance path={path} value={value} />
    case 'pattern':
      return <Pattern path={path} value={value} />
    case 'time':
      return <TimeOfDay path={path} value={value} />
    case 'weekdays':
      return <Weekdays path={path} value={value} />
    case 'switch':
      return <Switch path={path} value={value} />
    case 'code':
      return <CodeChunk code={value.code} note="A condition in code" />
  }
}

function Compare({ path, value }: LeafProps<Of<'compare'>>) {
  const change = useSet(`${path}.sign`)
  return (
    <div className={styles['row']}>
      <Operand path={`${path}.left`} about="left side" value={value.left} />
      <Choice
        label="How they compare"
        value={value.sign}
        options={SIGNS.map((sign) => [sign, SIGN_WORDS[sign]] as const)}
        onChange={change}
      />
      <Operand path={`${path}.right`} about="right side" value={value.right} />
    </div>
  )
}

function Crosses({ path, value }: LeafProps<Of<'crosses'>>) {
  const change = useSet(`${path}.direction`)
  return (
    <div className={styles['row']}>
      <Operand path={`${path}.left`} about="crossing value" value={value.left} isVarying />
      <Choice
        label="Which way it crosses"
        value={value.direction}
        options={[
          ['above', 'crosses above'],
          ['below', 'crosses below'],
        ]}
        onChange={change}
      />
      <Operand path={`${path}.right`} about="crossed value" value={value.right} />
    </div>
  )
}

function Moves({ path, value }: LeafProps<Of<'moves'>>) {
  const change = useSet(`${path}.direction`)
  return (
    <div className={styles['row']}>
      <Operand path={`${path}.operand`} about="moving value" value={value.operand} isVarying />
      <Choice
        label="Which way it moves"
        value={value.direction}
        options={[
          ['rising', 'rises for'],
          ['falling', 'falls for'],
        ]}
        onChange={change}
      />
      <NumControl
        path={`${path}.candles`}
        label="Candles it moves for"
        value={value.candles}
        wish={{ name: 'candles', low: 1, high: 500, isWhole: true }}
      />
      candles
    </div>
  )
}

function Between({ path, value }: LeafProps<Of<'between'>>) {
  return (
    <div className={styles['row']}>
      <Operand path={`${path}.operand`} about="value between" value={value.operand} isVarying />
      is between
      <Operand path={`${path}.low`} about="lower end" value={value.low} />
      and
      <Operand path={`${path}.high`} about="upper end" value={value.high} />
    </div>
  )
}

function Distance({ path, value }: LeafProps<Of<'distance'>>) {
  const change = useSet(`${path}.side`)
  return (
    <div className={styles['row']}>
      <Operand path={`${path}.operand`} about="value" value={value.operand} isVarying />
      is
      <Choice
        label="At least or at most"
        value={value.side}
        options={[
          ['above', 'above by at least'],
          ['below', 'below by at least'],
          ['near', 'away by at most'],
        ]}
        onChange={change}
      />
      <NumControl
        path={`${path}.percent`}
        label="Percent"
        value={value.percent}
        unit="%"
        wish={{ name: 'percent', low: 0, high: 100, isWhole: false }}
      />
      {value.side === 'near' ? 'from' : 'than'}
      <Operand path={`${path}.reference`} about="reference" value={value.reference} />
    </div>
  )
}

function Pattern({ path, value }: LeafProps<Of<'pattern'>>) {
  const { spec, registry, edit, pickIndicator } = useBuilder()
  const change = useSet(path)
  const uses = indicatorsOn(spec, value.frame).filter((use) => isPattern(registry, use))
  const pick = () =>
    pickIndicator({
      wants: 'patterns',
      onPick: (entry) =>
        edit((before) => {
          const added = addIndicator(before, entry, value.frame)
          return set(added.spec, `${path}.name`, added.name)
        }),
    })
  return (
    <div className={styles['row']}>
      <Choice
        label="Which way the pattern points"
        value={value.direction}
        options={wordsOf(['bullish', 'bearish'])}
        onChange={(direction) => change({ ...value, direction })}
      />
      <Choice
        label="Pattern"
        path={`${path}.name`}
        value={value.name}
        options={[
          ...uses.map(
            ({ name, indicator }) => [name, registry.get(indicator)?.title ?? name] as const,
          ),
          ['+', 'New pattern…'],
        ]}
        onChange={(name) => {
          if (name === '+') pick()
          else change({ ...value, name })
        }}
      />
      {value.frame !== undefined && `on ${value.frame}`}
    </div>
  )
}

function Switch({ path, value }: LeafProps<Of<'switch'>>) {
  const { spec } = useBuilder()
  const change = useSet(`${path}.name`)
  const switches = spec.parameters.filter(({ kind }) => kind === 'bool')
  return (
    <div className={styles['row']}>
      the switch
      <Choice
        label="Switch"
        path={`${path}.name`}
        value={value.name}
        options={switches.map(({ name }) => [name, name] as const)}
        onChange={change}
      />
      is on
    </div>
  )
}

function TimeOfDay({ path, value }: LeafProps<Of<'time'>>) {
  const change = useSet(path)
  const input = (name: 'start' | 'end', label: string) => (
    <input
      type="time"
      aria-label={label}
      className={styles['clock']}
      value={value[name] === '24:00' ? '00:00' : value[name]}
      onChange={(event) => {
        const time = event.target.value
        if (time === '') return
        change({ ...value, [name]: name === 'end' && time === '00:00' ? '24:00' : time })
      }}
    />
  )
  return (
    <div className={styles['row']}>
      the candle opens from {input('start', 'From')} to {input('end', 'Before')} UTC
    </div>
  )
}

function Weekdays({ path, value }: LeafProps<Of<'weekdays'>>) {
  const change = useSet(`${path}.days`)
  return (
    <div className={styles['row']}>
      it is
      <span className={styles['days']} role="group" aria-label="Days">
        {WEEKDAYS.map((day) => (
          <label key={day} className={styles['day']}>
            <input
              type="checkbox"
              checked={value.days.includes(day)}
              onChange={(event) => {
                const { checked } = event.target
                change(
                  WEEKDAYS.filter((each) => (each === day ? checked : value.days.includes(each))),
                )
              }}
            />
            {DAY_WORDS[day]}
          </label>
        ))}
      </span>
    </div>
  )
}
