import { useBuilder, useSet } from '../context'
import { conditionsOf, isGroup } from '../model/paths'
import type { Condition } from '../model/spec'
import { Choice } from '../parts/choice'
import { NumControl } from '../parts/num-control'
import { AddCondition } from './add-condition'
import { ConditionItem } from './condition-item'
import styles from './conditions.module.css'
import { Leaf } from './leaf'

interface ConditionListProps {
  path: string
  condition: Condition
  /** For names: "the rule fast above slow", "the group". */
  of: string
}

/** The conditions of a rule, a group or a wrapping, joined by "and" or "or". */
export function ConditionList({ path, condition, of }: ConditionListProps) {
  const change = useSet(`${path}.kind`)
  const items = conditionsOf(condition)
  const hasKind = isGroup(condition)
  return (
    <>
      {hasKind && (
        <div className={styles['row']}>
          <Choice
            label={`How the conditions of ${of} go together`}
            value={condition.kind}
            options={[
              ['all', 'All of these hold'],
              ['any', 'Any of these holds'],
            ]}
            onChange={change}
          />
        </div>
      )}
      <ul className={styles['list']} aria-label={`Conditions of ${of}`}>
        {items.map((item, index) => (
          <ConditionItem
            // A block is told apart by its place; its fields hold nothing of their own.
            key={index}
            path={hasKind ? `${path}.conditions.${index}` : path}
            condition={item}
            joiner={index === 0 ? null : condition.kind === 'any' ? 'or' : 'and'}
          />
        ))}
      </ul>
      <div className={styles['adders']}>
        <AddCondition path={path} label={`Add a condition to ${of}`} />
      </div>
    </>
  )
}

/** What a condition says: a sentence, or a frame around more conditions. */
export function ConditionContent({ path, condition }: { path: string; condition: Condition }) {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return (
        <div className={styles['group']}>
          <ConditionList path={path} condition={condition} of="the group" />
        </div>
      )
    case 'not':
      return (
        <div className={styles['group']}>
          <div className={styles['row']}>It does not hold that</div>
          <ConditionList path={`${path}.condition`} condition={condition.condition} of="“not”" />
        </div>
      )
    case 'within':
      return (
        <div className={styles['group']}>
          <Recently path={path} condition={condition} />
          <ConditionList
            path={`${path}.condition`}
            condition={condition.condition}
            of="“recently”"
          />
        </div>
      )
    default:
      return <Leaf path={path} value={condition} />
  }
}

function Recently({
  path,
  condition,
}: {
  path: string
  condition: Extract<Condition, { kind: 'within' }>
}) {
  useBuilder()
  return (
    <div className={styles['row']}>
      In one of the last
      <NumControl
        path={`${path}.candles`}
        label="Candles to look back"
        value={condition.candles}
        wish={{ name: 'within', low: 1, high: 500, isWhole: true }}
      />
      candles
    </div>
  )
}
