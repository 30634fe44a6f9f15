import { ArrowDown, ArrowUp, Copy, GripVertical, MoreHorizontal, Trash2 } from 'lucide-react'
import { useRef } from 'react'

import { cn } from '@/lib/cn'

import { useBuilder, useSet } from '../context'
import { moveCondition } from '../model/condition-moves'
import { freeTag } from '../model/making'
import { insert, isInside, remove } from '../model/paths'
import { holdsCode } from '../model/references'
import { moveRule, rulePlace } from '../model/rule-moves'
import type { Rule } from '../model/spec'
import { stepByKeys } from '../parts/block-keys'
import { BlockMenu } from '../parts/block-menu'
import { Choice } from '../parts/choice'
import { useDrag } from '../parts/drag'
import { ProblemList } from '../parts/problem-list'
import { TextInput } from '../parts/text-input'
import { ConditionList } from './condition-list'
import styles from './conditions.module.css'

interface RuleBlockProps {
  path: string
  way: 'entries' | 'exits'
  rule: Rule
  verbs: { long: string; short: string }
}

/** A rule: what it does, what reports call it, and when. */
export function RuleBlock({ path, way, rule, verbs }: RuleBlockProps) {
  const { spec } = useBuilder()
  const actions = useRuleActions(path, way, rule)
  const setSide = useSet(`${path}.side`)
  const setTag = useSet(`${path}.tag`)
  const block = useRef<HTMLLIElement>(null)
  const grip = useRef<HTMLSpanElement>(null)
  const drag = useDrag(
    block,
    grip,
    { what: 'rule', path },
    {
      takes: (what, from) => what === 'rule' || (what === 'condition' && !isInside(path, from)),
      onDrop: actions.drop,
    },
  )
  return (
    // Alt and arrows move the rule from its own fields; its menu does the same.

    <li
      ref={block}
      aria-label={`Rule ${rule.tag}`}
      className={cn(
        styles['rule'],
        drag.isDragged && styles['dragged'],
        drag.edge !== null && styles[drag.edge],
      )}
      data-block
      onKeyDownCapture={(event) => stepByKeys(event, actions.step)}
    >
      <div className={styles['head']}>
        <span ref={grip} className={styles['grip']} aria-hidden>
          <GripVertical size={14} />
        </span>
        <Choice
          label="What the rule does"
          path={`${path}.side`}
          value={rule.side}
          options={
            spec.can_short || rule.side === 'short'
              ? [
                  ['long', verbs.long],
                  ['short', verbs.short],
                ]
              : [['long', verbs.long]]
          }
          onChange={setSide}
        />
        <span>when</span>
        <TextInput
          path={`${path}.tag`}
          label="Tag of the rule"
          value={rule.tag}
          isQuiet
          onCommit={setTag}
        />
        <BlockMenu
          label={`More for the rule ${rule.tag}`}
          className={styles['more']}
          focusKey={`rule:${path}`}
          items={actions.items}
        >
          <MoreHorizontal size={16} aria-hidden />
        </BlockMenu>
      </div>
      <ConditionList path={`${path}.when`} condition={rule.when} of={`the rule ${rule.tag}`} />
      <ProblemList path={path} except={['when']} />
    </li>
  )
}

function useRuleActions(path: string, way: 'entries' | 'exits', rule: Rule) {
  const { spec, edit, announce, focusOn } = useBuilder()
  const index = Number(path.split('.')[1])
  const step = (by: -1 | 1) => {
    const to = rulePlace(spec, way, index, by)
    if (to === null) {
      announce('There is no place there: rules do not pass code.')
      return
    }
    edit((before) => moveRule(before, path, `${way}.${to}`, by === 1 ? 'after' : 'before'))
    focusOn(`rule:${way}.${to}`)
    announce(
      `Moved ${by === 1 ? 'down' : 'up'}: rule ${rule.tag}, ${to + 1} of ${spec[way].length}.`,
    )
  }
  return {
    step,
    drop: (from: string, edge: 'before' | 'after') => {
      const isRule = from.split('.').length === 2
      edit((before) =>
        isRule
          ? moveRule(before, from, path, edge)
          : moveCondition(before, from, { kind: 'end', path: `${path}.when` }),
      )
      announce('Moved.')
    },
    items: [
      { text: 'Move up (Alt ↑)', icon: ArrowUp, onChoose: () => step(-1) },
      { text: 'Move down (Alt ↓)', icon: ArrowDown, onChoose: () => step(1) },
      {
        text: 'Duplicate',
        icon: Copy,
        refusal: holdsCode(rule) ? 'It holds code, which is written in the code view.' : undefined,
        onChoose: () =>
          edit((before) =>
            insert(before, way, index + 1, {
              ...structuredClone(rule),
              tag: freeTag(rule.tag, before),
            }),
          ),
      },
      null,
      {
        text: 'Remove the rule',
        icon: Trash2,
        refusal: holdsCode(rule)
          ? 'It holds code, which is removed in the code view only.'
          : undefined,
        onChoose: () => {
          edit((before) => remove(before, path))
          announce(`Removed: rule ${rule.tag}. Undo brings it back.`)
        },
      },
    ],
  }
}
