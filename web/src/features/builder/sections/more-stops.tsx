import { SwitchField } from '@/components/ui/field'

import { useBuilder, useSet } from '../context'
import { insert } from '../model/paths'
import { usesOf } from '../model/registry'
import { AddButton } from '../parts/add-button'
import { Choice } from '../parts/choice'
import { FieldRow } from '../parts/field-row'
import { NumControl } from '../parts/num-control'
import { ProblemList } from '../parts/problem-list'
import { RemoveButton } from '../parts/removable'
import styles from './sections.module.css'

/** Stops that lock profit, step by step. */
export function Steps() {
  const { spec, edit } = useBuilder()
  const { steps } = spec.risk
  const add = () =>
    edit((before) =>
      insert(before, 'risk.steps', before.risk.steps.length, {
        profit: 0.03 * (before.risk.steps.length + 1),
        lock: 0.01 * before.risk.steps.length,
      }),
    )
  return (
    <>
      {steps.map((step, index) => {
        const path = `risk.steps.${index}`
        return (
          <div key={index} className={styles['row']}>
            From
            <NumControl
              path={`${path}.profit`}
              label={`Profit of step ${index + 1}`}
              value={step.profit}
              isShare
              wish={{ name: 'step_profit', isWhole: false }}
            />
            profit on, the stop locks
            <NumControl
              path={`${path}.lock`}
              label={`Lock of step ${index + 1}`}
              value={step.lock}
              isShare
              wish={{ name: 'step_lock', isWhole: false }}
            />
            <RemoveButton path={path} label={`step ${index + 1}`} />
          </div>
        )
      })}
      <ProblemList path="risk.steps" />
      <AddButton text="Step that locks profit" onAdd={add} />
    </>
  )
}

/** A stop as far away as the market moves anyway. */
export function RangeStop() {
  const { spec, registry } = useBuilder()
  const stop = spec.risk.range_stop
  const change = useSet('risk.range_stop')
  const uses = usesOf(spec.indicators)
  const ranges = uses.filter((use) => registry.get(use.indicator)?.group === 'volatility')
  const first = ranges[0] ?? uses[0]
  if (stop === undefined) {
    return (
      <SwitchField
        label={
          first === undefined
            ? 'Range stop (needs an indicator such as atr)'
            : 'Range stop: so many ranges away'
        }
        checked={false}
        disabled={first === undefined}
        onChange={() => change({ indicator: first?.name, times: 3 })}
      />
    )
  }
  return (
    <>
      <SwitchField
        label="Range stop: so many ranges away"
        checked
        onChange={() => change(undefined)}
      />
      <div className={styles['card']}>
        <FieldRow name="Follows at">
          <NumControl
            path="risk.range_stop.times"
            label="Times of the range stop"
            value={stop.times}
            wish={{ name: 'stop_ranges', isWhole: false }}
          />
          times
          <Choice
            label="Indicator of the range stop"
            path="risk.range_stop.indicator"
            value={stop.indicator}
            options={uses.map(({ name }) => [name, name] as const)}
            onChange={(indicator) => change({ ...stop, indicator })}
          />
        </FieldRow>
        <ProblemList path="risk.range_stop" />
      </div>
    </>
  )
}

/** Closes trades that take too long. */
export function TimeStop() {
  const { spec } = useBuilder()
  const stop = spec.risk.time_stop
  const change = useSet('risk.time_stop')
  return (
    <>
      <SwitchField
        label="Time stop: closes what takes too long"
        checked={stop !== undefined}
        onChange={(event) =>
          change(event.target.checked ? { minutes: 1440, unless_above: 0 } : undefined)
        }
      />
      {stop !== undefined && (
        <div className={styles['card']}>
          <FieldRow name="Closes after">
            <NumControl
              path="risk.time_stop.minutes"
              label="Minutes of the time stop"
              value={stop.minutes}
              unit="min"
              wish={{ name: 'time_stop', isWhole: true, low: 1 }}
            />
          </FieldRow>
          <FieldRow name="Unless above">
            <NumControl
              path="risk.time_stop.unless_above"
              label="Profit that spares the trade"
              value={stop.unless_above}
              isShare
              wish={{ name: 'spare_profit', isWhole: false }}
            />
            profit
          </FieldRow>
          <ProblemList path="risk.time_stop" />
        </div>
      )}
    </>
  )
}
