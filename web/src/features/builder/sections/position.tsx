import { SwitchField } from '@/components/ui/field'

import { useBuilder, useSet } from '../context'
import { insert } from '../model/paths'
import type { Position as PositionSpec } from '../model/spec'
import { AddButton } from '../parts/add-button'
import { Choice } from '../parts/choice'
import { FieldRow } from '../parts/field-row'
import { NumControl } from '../parts/num-control'
import { ProblemList } from '../parts/problem-list'
import { RemoveButton } from '../parts/removable'
import { Section } from '../parts/section'
import styles from './sections.module.css'

type Size = 'stake' | 'share' | 'risk'

/** How much is bought: at first, later, and on credit. */
export function Position() {
  const { spec, edit } = useBuilder()
  const { size, added, leverage } = spec.position
  const setSize = useSet('position.size')
  const setLeverage = useSet('position.leverage')
  const add = () =>
    edit((before) => {
      const { length } = before.position.added
      const drop = Number((0.03 * (length + 1)).toPrecision(2))
      return insert(before, 'position.added', length, { drop, size: 1 })
    })
  return (
    <Section title="Position" summary={summaryOf(spec.position)} path="position">
      <FieldRow name="Size">
        <Choice<Size>
          label="Size of a position"
          value={size?.kind ?? 'stake'}
          options={[
            ['stake', 'the stake of the run'],
            ['share', 'a share of the stake'],
            ['risk', 'what risks a share of the wallet'],
          ]}
          onChange={(kind) =>
            setSize(kind === 'stake' ? undefined : { kind, share: kind === 'share' ? 0.5 : 0.01 })
          }
        />
        {size !== undefined && (
          <NumControl
            path="position.size.share"
            label="Share"
            value={size.share}
            isShare
            wish={{ name: 'share', isWhole: false }}
          />
        )}
      </FieldRow>
      {added.map((step, index) => {
        const path = `position.added.${index}`
        return (
          <div key={index} className={styles['row']}>
            At a loss of
            <NumControl
              path={`${path}.drop`}
              label={`Drop of addition ${index + 1}`}
              value={step.drop}
              isShare
              wish={{ name: 'drop', isWhole: false }}
            />
            add
            <NumControl
              path={`${path}.size`}
              label={`Size of addition ${index + 1}`}
              value={step.size}
              wish={{ name: 'added_size', isWhole: false }}
            />
            times the first stake
            <RemoveButton path={path} label={`addition ${index + 1}`} />
          </div>
        )
      })}
      <AddButton text="Add to losing trades" onAdd={add} />
      <SwitchField
        label="Leverage (futures)"
        checked={leverage !== undefined}
        onChange={(event) => setLeverage(event.target.checked ? 2 : undefined)}
      />
      {leverage !== undefined && (
        <FieldRow name="Leverage">
          <NumControl
            path="position.leverage"
            label="Leverage"
            value={leverage}
            unit="×"
            wish={{ name: 'leverage_times', low: 1, high: 10 }}
          />
        </FieldRow>
      )}
      <ProblemList path="position" />
    </Section>
  )
}

function summaryOf({ size, added, leverage }: PositionSpec): string {
  return [
    size === undefined
      ? 'the stake of the run'
      : size.kind === 'share'
        ? 'a share of the stake'
        : 'a share at risk',
    added.length > 0 && `${added.length} additions`,
    leverage !== undefined && 'leverage',
  ]
    .filter(Boolean)
    .join(', ')
}
