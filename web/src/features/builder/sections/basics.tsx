import { useState } from 'react'

import { SwitchField } from '@/components/ui/field'

import { useBuilder, useSet } from '../context'
import { TIMEFRAMES } from '../model/spec'
import { Choice, wordsOf } from '../parts/choice'
import { FieldRow } from '../parts/field-row'
import { NumberInput } from '../parts/number-input'
import { ProblemList } from '../parts/problem-list'
import { Section } from '../parts/section'
import { TextInput } from '../parts/text-input'
import styles from './sections.module.css'

/** Candles and direction: what everything else stands on. */
export function Basics() {
  const { spec } = useBuilder()
  const setTimeframe = useSet('timeframe')
  const setShort = useSet('can_short')
  return (
    <div className={styles['basics']}>
      <div className={styles['row']}>
        On
        <Choice
          label="Timeframe"
          path="timeframe"
          value={spec.timeframe}
          options={wordsOf(TIMEFRAMES)}
          onChange={setTimeframe}
        />
        candles
      </div>
      <SwitchField
        label="May sell short"
        checked={spec.can_short}
        onChange={(event) => setShort(event.target.checked)}
      />
    </div>
  )
}

/** What is seldom changed: the class, its words, its warm-up. */
export function About() {
  const { spec } = useBuilder()
  const setName = useSet('name')
  const setStartup = useSet('startup_candles')
  const { startup_candles: startup } = spec
  return (
    <Section title="Name and warm-up" summary={spec.name} path="name">
      <FieldRow name="Class">
        <TextInput path="name" label="Class" value={spec.name} maxLength={80} onCommit={setName} />
      </FieldRow>
      <FieldRow name="Description">
        <Description />
      </FieldRow>
      <SwitchField
        label="More warm-up than the indicators need"
        checked={startup !== undefined}
        onChange={(event) => setStartup(event.target.checked ? 200 : undefined)}
      />
      {startup !== undefined && (
        <FieldRow name="At least">
          <NumberInput label="Candles of warm-up" value={startup} onChange={setStartup} /> candles
        </FieldRow>
      )}
      <ProblemList path="name" />
      <ProblemList path="startup_candles" />
      <ProblemList path="spec" />
    </Section>
  )
}

function Description() {
  const { spec } = useBuilder()
  const change = useSet('description')
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <textarea
      aria-label="Description"
      rows={2}
      maxLength={2_000}
      className={styles['description']}
      value={typed ?? spec.description}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={() => {
        if (typed !== null && typed !== spec.description) change(typed)
        setTyped(null)
      }}
    />
  )
}
