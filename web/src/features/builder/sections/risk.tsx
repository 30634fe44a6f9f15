import { SwitchField } from '@/components/ui/field'

import { useBuilder, useSet } from '../context'
import { insert } from '../model/paths'
import type { Risk as RiskSpec, Trailing } from '../model/spec'
import { AddButton } from '../parts/add-button'
import { Choice } from '../parts/choice'
import { FieldRow } from '../parts/field-row'
import { NumberInput } from '../parts/number-input'
import { ProblemList } from '../parts/problem-list'
import { RemoveButton } from '../parts/removable'
import { Section } from '../parts/section'
import { RangeStop, Steps, TimeStop } from './more-stops'
import styles from './sections.module.css'

/** How open trades end without a rule. */
export function Risk() {
  const { spec } = useBuilder()
  const { risk } = spec
  const setStop = useSet('risk.stop_loss')
  return (
    <Section title="Stops and targets" summary={summaryOf(risk)} path="risk" isOpen>
      <FieldRow name="Stop loss">
        <NumberInput label="Stop loss" value={risk.stop_loss} onChange={setStop} isShare />
        below the entry
      </FieldRow>
      <ProblemList path="risk.stop_loss" />
      <Targets />
      <TrailingStop />
      <Steps />
      <RangeStop />
      <TimeStop />
    </Section>
  )
}

function summaryOf(risk: RiskSpec): string {
  return [
    `stop loss ${Number((risk.stop_loss * 100).toPrecision(6))} %`,
    risk.targets.length > 0 && `${risk.targets.length} targets`,
    risk.trailing !== undefined && 'trailing',
    risk.steps.length > 0 && `${risk.steps.length} steps`,
    risk.range_stop !== undefined && 'range stop',
    risk.time_stop !== undefined && 'time stop',
  ]
    .filter(Boolean)
    .join(', ')
}

function Targets() {
  const { spec, edit } = useBuilder()
  const { targets } = spec.risk
  const last = targets.at(-1)
  const add = () => {
    const next =
      last === undefined
        ? { minutes: 0, profit: 0.05 }
        : { minutes: last.minutes + 240, profit: Number((last.profit / 2).toPrecision(2)) }
    edit((before) => insert(before, 'risk.targets', before.risk.targets.length, next))
  }
  return (
    <>
      {targets.length > 0 && (
        <table className={styles['table']}>
          <caption className="visually-hidden">Profit targets</caption>
          <thead>
            <tr>
              <th scope="col">Take a profit of</th>
              <th scope="col">once open for</th>
              <th scope="col">
                <span className="visually-hidden">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {targets.map((target, index) => (
              <TargetRow key={index} index={index} {...target} />
            ))}
          </tbody>
        </table>
      )}
      <ProblemList path="risk.targets" />
      <AddButton text="Profit target" onAdd={add} />
    </>
  )
}

function TargetRow({ index, minutes, profit }: { index: number; minutes: number; profit: number }) {
  const path = `risk.targets.${index}`
  const setProfit = useSet(`${path}.profit`)
  const setMinutes = useSet(`${path}.minutes`)
  return (
    <tr>
      <td>
        <NumberInput
          label={`Profit of target ${index + 1}`}
          value={profit}
          onChange={setProfit}
          isShare
        />
      </td>
      <td>
        <NumberInput
          label={`Minutes of target ${index + 1}`}
          value={minutes}
          onChange={setMinutes}
          unit="min"
        />
      </td>
      <td>
        <RemoveButton path={path} label={`target ${index + 1}`} />
      </td>
    </tr>
  )
}

type TrailingKind = 'stop' | 'offset' | 'after'

function TrailingStop() {
  const { spec } = useBuilder()
  const { trailing } = spec.risk
  const change = useSet('risk.trailing')
  return (
    <>
      <SwitchField
        label="Trailing stop: follows the price as it rises"
        checked={trailing !== undefined}
        onChange={(event) =>
          change(event.target.checked ? { offset: 0, only_after_offset: false } : undefined)
        }
      />
      {trailing !== undefined && (
        <div className={styles['card']}>
          <FieldRow name="Follows">
            <Choice<TrailingKind>
              label="How the stop follows"
              value={kindOf(trailing)}
              options={[
                ['stop', 'as far away as the stop loss'],
                ['offset', 'closer once in profit'],
                ['after', 'only once in profit'],
              ]}
              onChange={(kind) => change(asKind(trailing, kind))}
            />
          </FieldRow>
          {trailing.distance !== undefined && (
            <FieldRow name="At">
              <NumberInput
                label="Distance of the trailing stop"
                value={trailing.distance}
                onChange={(distance) => change({ ...trailing, distance })}
                isShare
              />
              below the highest price
            </FieldRow>
          )}
          {trailing.distance !== undefined && (
            <FieldRow name="From">
              <NumberInput
                label="Profit from which it follows closer"
                value={trailing.offset}
                onChange={(offset) => change({ ...trailing, offset })}
                isShare
              />
              profit on
            </FieldRow>
          )}
          <ProblemList path="risk.trailing" />
        </div>
      )}
    </>
  )
}

function kindOf({ distance, only_after_offset: isAfter }: Trailing): TrailingKind {
  if (distance === undefined) return 'stop'
  return isAfter ? 'after' : 'offset'
}

function asKind(trailing: Trailing, kind: TrailingKind): Trailing {
  if (kind === 'stop') return { offset: 0, only_after_offset: false }
  const { distance = 0.02 } = trailing
  const offset =
    trailing.offset > distance ? trailing.offset : Number((distance * 2).toPrecision(6))
  return { distance, offset, only_after_offset: kind === 'after' }
}
