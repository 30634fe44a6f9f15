import { GripVertical, MoreHorizontal } from 'lucide-react'
import { useRef } from 'react'

import { cn } from '@/lib/cn'

import conditions from '../conditions/conditions.module.css'
import { useBuilder, useSet } from '../context'
import { addIndicator, CLOSE } from '../model/making'
import { listAt, placeOf, remove } from '../model/paths'
import { countIndicatorUses, renameIndicator } from '../model/references'
import { indicatorsOn, isPattern } from '../model/registry'
import { moveItem } from '../model/rule-moves'
import { type Computed, FIELDS, type IndicatorUse } from '../model/spec'
import { AddButton } from '../parts/add-button'
import { stepByKeys } from '../parts/block-keys'
import { BlockMenu } from '../parts/block-menu'
import { Choice, wordsOf } from '../parts/choice'
import { CodeChunk } from '../parts/code-chunk'
import { useDrag } from '../parts/drag'
import { ProblemList } from '../parts/problem-list'
import { Section } from '../parts/section'
import { Settings } from '../parts/setting-control'
import { TextInput } from '../parts/text-input'
import styles from './sections.module.css'

/** What the strategy computes on its own candles. */
export function Indicators() {
  const { spec } = useBuilder()
  const names = spec.indicators.map((item) => (item.kind === 'code' ? 'code' : item.name))
  return (
    <Section
      title="Indicators"
      summary={names.length === 0 ? 'none yet' : names.join(', ')}
      path="indicators"
      isOpen
    >
      <IndicatorList list="indicators" items={spec.indicators} />
    </Section>
  )
}

interface IndicatorListProps {
  list: string
  items: readonly Computed[]
  /** The informative that they are computed on. */
  frame?: string
}

export function IndicatorList({ list, items, frame }: IndicatorListProps) {
  const { edit, pickIndicator, focusOn } = useBuilder()
  const add = (wants: 'values' | 'patterns') =>
    pickIndicator({
      wants,
      onPick: (entry) => {
        edit((before) => addIndicator(before, entry, frame).spec)
        focusOn(`more:${list}.${items.length}`)
      },
    })
  return (
    <>
      {items.length > 0 && (
        <ol className={styles['cards']} aria-label="Indicators">
          {items.map((item, index) =>
            item.kind === 'code' ? (
              <li key={index}>
                <CodeChunk code={item.code} />
              </li>
            ) : (
              <IndicatorCard
                key={index}
                path={`${list}.${index}`}
                use={item}
                {...(frame === undefined ? {} : { frame })}
              />
            ),
          )}
        </ol>
      )}
      <div className={conditions['adders']}>
        <AddButton text="Indicator" onAdd={() => add('values')} />
        <AddButton text="Candle pattern" onAdd={() => add('patterns')} />
      </div>
    </>
  )
}

interface IndicatorCardProps {
  path: string
  use: IndicatorUse
  frame?: string
}

function IndicatorCard({ path, use, frame }: IndicatorCardProps) {
  const { registry, edit } = useBuilder()
  const entry = registry.get(use.indicator)
  const actions = useCardActions(path, use)
  const block = useRef<HTMLLIElement>(null)
  const grip = useRef<HTMLSpanElement>(null)
  const drag = useDrag(
    block,
    grip,
    { what: 'item', path },
    {
      takes: (what, from) => what === 'item' && placeOf(from)?.list === placeOf(path)?.list,
      onDrop: actions.drop,
    },
  )
  return (
    // Alt and arrows move the indicator; its menu does the same.

    <li
      ref={block}
      aria-label={`Indicator ${use.name}`}
      className={cn(
        styles['card'],
        drag.isDragged && styles['dragged'],
        drag.edge !== null && styles[drag.edge],
      )}
      data-block
      onKeyDownCapture={(event) => stepByKeys(event, actions.step)}
    >
      <div className={styles['cardHead']}>
        <span ref={grip} className={conditions['grip']} aria-hidden>
          <GripVertical size={14} />
        </span>
        <TextInput
          path={`${path}.name`}
          label={`Name of the indicator ${use.name}`}
          value={use.name}
          maxLength={20}
          isQuiet
          onCommit={(name) => edit((before) => renameIndicator(before, path, name))}
        />
        <span className={styles['muted']} title={entry?.meaning}>
          {entry?.title ?? use.indicator}
        </span>
        <BlockMenu
          label={`More for the indicator ${use.name}`}
          className={conditions['more']}
          focusKey={`more:${path}`}
          items={actions.items}
        >
          <MoreHorizontal size={16} aria-hidden />
        </BlockMenu>
      </div>
      <Settings path={path} use={use} />
      {entry?.hasSource === true && (
        <Source path={path} use={use} {...(frame === undefined ? {} : { frame })} />
      )}
      <ProblemList path={path} />
    </li>
  )
}

/** What it is computed from: a price, or a line of an indicator above it. */
function Source({ path, use, frame }: IndicatorCardProps) {
  const { spec, registry } = useBuilder()
  const change = useSet(`${path}.source`)
  const { source } = use
  const lines = indicatorsOn(spec, frame)
    .filter((other) => other.name !== use.name && !isPattern(registry, other))
    .flatMap((other) =>
      (registry.get(other.indicator)?.outputs ?? []).map(({ name, title }) => ({
        key: `${other.name}.${name}`,
        text: name === '' ? other.name : `${other.name}: ${title.toLowerCase()}`,
        value: { kind: 'indicator', name: other.name, output: name, ago: 0 },
      })),
    )
  return (
    <div className={styles['row']}>
      <span className={styles['muted']}>Computed from</span>
      <Choice
        label={`Source of ${use.name}`}
        path={`${path}.source`}
        value={source.kind === 'price' ? source.field : `${source.name}.${source.output}`}
        options={[
          ...wordsOf<string>(FIELDS),
          ...lines.map(({ key, text }) => [key, text] as const),
        ]}
        onChange={(key) => {
          const line = lines.find((each) => each.key === key)
          change(line === undefined ? { ...CLOSE, field: key } : line.value)
        }}
      />
      {source.frame !== undefined && `on ${source.frame}`}
    </div>
  )
}

function useCardActions(path: string, use: IndicatorUse) {
  const { spec, edit, announce, focusOn } = useBuilder()
  const place = placeOf(path)
  const list = place?.list ?? ''
  const index = place?.index ?? 0
  const uses = countIndicatorUses(spec, path)
  const move = (from: number, to: number) => {
    const moved = moveItem(spec, list, from, to)
    if (moved === spec) {
      announce('There is no place there: indicators do not pass code.')
      return
    }
    edit((before) => moveItem(before, list, from, to))
    focusOn(`more:${list}.${to}`)
    announce(`Moved: ${use.name}, ${to + 1} of ${listAt(spec, list).length}.`)
  }
  const step = (by: -1 | 1) => move(index, index + by)
  return {
    step,
    drop: (from: string, edge: 'before' | 'after') => {
      const source = placeOf(from)?.index ?? 0
      const behind = index + (edge === 'after' ? 1 : 0)
      move(source, source < behind ? behind - 1 : behind)
    },
    items: [
      { text: 'Move up (Alt ↑)', onChoose: () => step(-1) },
      { text: 'Move down (Alt ↓)', onChoose: () => step(1) },
      null,
      {
        text: 'Remove',
        ...(uses > 0 ? { detail: `Used in ${uses} places, which will say so.` } : {}),
        onChoose: () => {
          edit((before) => remove(before, path))
          announce(`Removed: ${use.name}. Undo brings it back.`)
        },
      },
    ],
  }
}
