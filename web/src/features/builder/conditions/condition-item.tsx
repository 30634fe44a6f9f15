import {
  ArrowDown,
  ArrowUp,
  Copy,
  Group,
  GripVertical,
  History,
  MoreHorizontal,
  ToggleLeft,
  Trash2,
  Ungroup,
} from 'lucide-react'
import { useRef } from 'react'

import { cn } from '@/lib/cn'

import { useBuilder, useProblems } from '../context'
import {
  addCondition,
  findPath,
  groupCondition,
  moveCondition,
  removeCondition,
  stepTarget,
  type Target,
  unwrapCondition,
  wrapCondition,
} from '../model/condition-moves'
import { newCondition } from '../model/making'
import { isInside } from '../model/paths'
import { holdsCode, makeSwitchable } from '../model/references'
import type { Condition } from '../model/spec'
import { conditionText } from '../model/words'
import { stepByKeys } from '../parts/block-keys'
import { BlockMenu } from '../parts/block-menu'
import { useDrag } from '../parts/drag'
import { ProblemList } from '../parts/problem-list'
import { ConditionContent } from './condition-list'
import styles from './conditions.module.css'

interface ConditionItemProps {
  path: string
  condition: Condition
  /** What is said between this one and the one before it. */
  joiner: string | null
}

/** One condition of a list: its grip, its content, its menu, and what is wrong with it. */
export function ConditionItem({ path, condition, joiner }: ConditionItemProps) {
  const actions = useConditionActions(path, condition)
  const block = useRef<HTMLDivElement>(null)
  const grip = useRef<HTMLSpanElement>(null)
  const isCode = condition.kind === 'code'
  const drag = useDrag(
    block,
    grip,
    { what: 'condition', path, isOff: isCode },
    {
      takes: (what, from) => what === 'condition' && !isInside(path, from),
      onDrop: (from, edge) => actions.drop(from, { kind: 'beside', path, edge }),
    },
  )
  const inner = ['conditions', 'condition']
  const isWrong = useProblems(path, { except: inner }).length > 0
  return (
    // Alt and arrows move the block from wherever the focus is inside; its menu does the same.
    <li
      aria-label={actions.text}
      data-block
      onKeyDownCapture={(event) => stepByKeys(event, actions.step)}
    >
      {joiner !== null && <div className={styles['joiner']}>{joiner}</div>}
      <div
        ref={block}
        className={cn(
          styles['item'],
          isWrong && styles['wrong'],
          drag.isDragged && styles['dragged'],
          drag.edge !== null && styles[drag.edge],
        )}
      >
        <span ref={grip} className={styles['grip']} data-off={isCode || undefined} aria-hidden>
          <GripVertical size={14} />
        </span>
        <div className={styles['content']}>
          <ConditionContent path={path} condition={condition} />
          <ProblemList path={path} except={inner} />
        </div>
        <BlockMenu
          label={`More for: ${actions.text}`}
          className={styles['more']}
          focusKey={`more:${path}`}
          items={actions.items}
        >
          <MoreHorizontal size={16} aria-hidden />
        </BlockMenu>
      </div>
    </li>
  )
}

const KEPT = 'It holds code, which is removed in the code view only.'

function useConditionActions(path: string, condition: Condition) {
  const { spec, registry, edit, announce, focusOn } = useBuilder()
  const text = conditionText(condition, spec, registry)
  const isCode = condition.kind === 'code'
  const kept = holdsCode(condition) ? KEPT : undefined
  const move = (from: string, target: Target) => {
    edit((before) => {
      const moved = moveCondition(before, from, target)
      const to = findPath(moved, objectAt(before, from))
      if (to !== null) focusOn(`more:${to}`)
      return moved
    })
  }
  const step = (by: -1 | 1) => {
    const target = isCode ? null : stepTarget(spec, path, by)
    if (target === null) {
      announce(
        isCode ? 'Code keeps its place.' : `There is no place ${by === 1 ? 'below' : 'above'}.`,
      )
      return
    }
    move(path, target)
    announce(`Moved ${by === 1 ? 'down' : 'up'}: ${text}.`)
  }
  const isWrapped = condition.kind === 'not' || condition.kind === 'within'
  return {
    text,
    step,
    drop: (from: string, target: Target) => {
      move(from, target)
      announce('Moved.')
    },
    items: [
      { text: 'Move up (Alt ↑)', icon: ArrowUp, onChoose: () => step(-1) },
      { text: 'Move down (Alt ↓)', icon: ArrowDown, onChoose: () => step(1) },
      null,
      {
        text: 'Put into a group',
        icon: Group,
        onChoose: () =>
          edit((before) => groupCondition(before, path, newCondition('compare', spec, registry))),
      },
      ...(isWrapped
        ? [
            {
              text: condition.kind === 'not' ? 'Without “not”' : 'In this candle only',
              icon: Ungroup,
              onChoose: () => edit((before) => unwrapCondition(before, path)),
            },
          ]
        : [
            {
              text: 'Not: must not hold',
              icon: Ungroup,
              onChoose: () => edit((before) => wrapCondition(before, path, 'not')),
            },
            {
              text: 'Recently: in one of the last candles',
              icon: History,
              onChoose: () => edit((before) => wrapCondition(before, path, 'within')),
            },
            {
              text: 'Let a parameter switch it off',
              icon: ToggleLeft,
              onChoose: () => edit((before) => makeSwitchable(before, path)),
            },
          ]),
      {
        text: 'Duplicate',
        icon: Copy,
        refusal: isCode ? 'Code is written in the code view.' : undefined,
        onChoose: () =>
          edit((before) =>
            addCondition(
              before,
              { kind: 'beside', path, edge: 'after' },
              structuredClone(condition),
            ),
          ),
      },
      null,
      {
        text: 'Remove',
        icon: Trash2,
        refusal: kept,
        onChoose: () => {
          edit((before) => removeCondition(before, path))
          announce(`Removed: ${text}. Undo brings it back.`)
        },
      },
    ],
  }
}

function objectAt(root: unknown, path: string): object {
  let found = root
  for (const key of path.split('.')) found = (found as Record<string, unknown>)[key]
  return found as object
}
