import { type KeyboardEvent, useRef, useState } from 'react'

import { Dialog } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Segmented } from '@/components/ui/segmented'

import type { PickRequest } from './context'
import type { RegistryEntry } from './model/api'
import { GROUPS, type Registry, searchIndicators } from './model/registry'
import styles from './indicator-picker.module.css'

interface IndicatorPickerProps {
  request: PickRequest | null
  registry: Registry
  onClose: () => void
}

/** The menu of indicators: searched by any word, by group, each with what it means. */
export function IndicatorPicker({ request, registry, onClose }: IndicatorPickerProps) {
  const title = request?.wants === 'patterns' ? 'Choose a candle pattern' : 'Choose an indicator'
  return (
    <Dialog title={title} isOpen={request !== null} onClose={onClose}>
      {request !== null && (
        <Search
          registry={registry}
          wants={request.wants}
          onPick={(entry) => {
            onClose()
            request.onPick(entry)
          }}
        />
      )}
    </Dialog>
  )
}

type GroupName = RegistryEntry['group'] | 'all'

interface SearchProps {
  registry: Registry
  wants: PickRequest['wants']
  onPick: (entry: RegistryEntry) => void
}

function Search({ registry, wants, onPick }: SearchProps) {
  const [text, setText] = useState('')
  const [group, setGroup] = useState<GroupName>('all')
  const list = useRef<HTMLUListElement>(null)
  const isPatterns = wants === 'patterns'
  const found = searchIndicators(
    registry,
    text,
    isPatterns ? 'pattern' : group === 'all' ? null : group,
  ).filter((entry) => isPatterns || entry.group !== 'pattern')
  const groups = GROUPS.filter(([name]) => name !== 'pattern')
  return (
    <div className={styles['picker']}>
      <TextField
        label="Search"
        isLabelHidden
        type="search"
        placeholder="Search: average, overbought, volume…"
        autoComplete="off"
        // The dialog was opened to search.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const [first] = found
          if (event.key === 'Enter' && first !== undefined) onPick(first)
          if (event.key === 'ArrowDown') step(event, list.current, null)
        }}
      />
      {!isPatterns && (
        <Segmented<GroupName>
          label="Group"
          options={[['all', 'All'], ...groups]}
          value={group}
          onChange={setGroup}
        />
      )}
      <ul ref={list} className={styles['list']} aria-label="Indicators">
        {found.map((entry) => (
          <li key={entry.name}>
            <button
              type="button"
              className={styles['entry']}
              onClick={() => onPick(entry)}
              onKeyDown={(event) => step(event, list.current, event.currentTarget)}
            >
              <span className={styles['title']}>
                {entry.title} <code>{entry.name}</code>
              </span>
              <span className={styles['meaning']}>{entry.meaning}</span>
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className={styles['meaning']}>
        {found.length === 0 ? 'No indicator fits these words.' : `${found.length} found`}
      </p>
    </div>
  )
}

/** Arrows go from entry to entry. */
function step(event: KeyboardEvent, list: HTMLElement | null, from: HTMLElement | null): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (by === undefined || list === null) return
  event.preventDefault()
  const buttons = [...list.querySelectorAll('button')]
  const index = from === null ? -1 : buttons.findIndex((button) => button === from)
  buttons[index + by]?.focus()
}
