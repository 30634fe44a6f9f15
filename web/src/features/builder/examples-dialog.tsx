import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { Dialog } from '@/components/ui/dialog'
import { TextField } from '@/components/ui/field'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import picker from './indicator-picker.module.css'
import { type Example, specQueries } from './model/api'

interface ExamplesDialogProps {
  isOpen: boolean
  onClose: () => void
  onChoose: (example: Example) => void
}

/** Strategies that people know, to begin from. */
export function ExamplesDialog({ isOpen, onClose, onChoose }: ExamplesDialogProps) {
  return (
    <Dialog title="Start from an example" isOpen={isOpen} onClose={onClose}>
      {isOpen && (
        <Examples
          onChoose={(example) => {
            onChoose(example)
            onClose()
          }}
        />
      )}
    </Dialog>
  )
}

function Examples({ onChoose }: { onChoose: (example: Example) => void }) {
  const examples = useQuery(specQueries.examples())
  const [text, setText] = useState('')
  if (examples.isError) {
    return <Problem error={examples.error} onRetry={() => void examples.refetch()} />
  }
  if (examples.data === undefined) {
    return (
      <Loading label="Loading the examples">
        <Skeleton height="20rem" />
      </Loading>
    )
  }
  const wanted = text.trim().toLowerCase()
  const found = examples.data.filter(({ name, description, sentence }) =>
    `${titleOf(name)} ${description} ${sentence}`.toLowerCase().includes(wanted),
  )
  return (
    <div className={picker['picker']}>
      <TextField
        label="Search the examples"
        isLabelHidden
        type="search"
        placeholder="Search: trend, breakout, RSI…"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ul className={picker['list']} aria-label="Examples">
        {found.map((example) => (
          <li key={example.name}>
            <button type="button" className={picker['entry']} onClick={() => onChoose(example)}>
              <span className={picker['title']}>
                {titleOf(example.name)} <code>{example.timeframe}</code>
              </span>
              <span className={picker['meaning']}>{example.description}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className={picker['meaning']}>
        An example takes the place of what is here; undo brings it back.
      </p>
    </div>
  )
}

/** EmaCross → Ema cross. */
function titleOf(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
