import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'

import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'

import styles from './builder.module.css'
import { Rules } from './conditions/rules'
import { BuilderContext, type BuilderContextValue, type PickRequest } from './context'
import { ExamplesDialog } from './examples-dialog'
import { IndicatorPicker } from './indicator-picker'
import { specQueries } from './model/api'
import { type Registry, registryOf } from './model/registry'
import type { Spec } from './model/spec'
import type { SpecSync, SyncState } from './model/spec-sync'
import { Preview, type PreviewChart } from './preview/preview'
import { About, Basics } from './sections/basics'
import { Indicators } from './sections/indicators'
import { Informatives } from './sections/informatives'
import { Orders } from './sections/orders'
import { OwnCode } from './sections/own-code'
import { Parameters } from './sections/parameters'
import { Position } from './sections/position'
import { Protections } from './sections/protections'
import { Risk } from './sections/risk'
import { SentenceBar } from './sentence-bar'
import { useFocusRequests } from './use-focus-requests'
import { useSpecSync } from './use-spec-sync'

interface BuilderProps {
  strategyId: string
  /** Hidden blocks keep what they have; they read the code again when they are shown. */
  isShown: boolean
  /** The draft as it stands, whoever changed it last. */
  code: string
  /** Blocks became code. */
  onCode: (code: string) => void
  onShowCode: () => void
  /** Draws candles with lines and signals. */
  chart: PreviewChart
}

/** A strategy as blocks, in step with its code. */
export function Builder({ strategyId, isShown, code, onCode, onShowCode, chart }: BuilderProps) {
  const known = useQuery({ ...specQueries.registry(), select: registryOf })
  const { sync, state } = useSpecSync(strategyId, { code, isShown, onCode })
  if (known.isError) {
    return <Problem error={known.error} onRetry={() => void known.refetch()} />
  }
  const { spec, reading } = state
  if (spec === null && reading.status === 'unreadable') {
    return (
      <div className={styles['unread']}>
        <h2>These blocks wait for code that can be read</h2>
        <p>{reading.reason}</p>
        <button type="button" className={styles['textButton']} onClick={onShowCode}>
          Show the code
        </button>
      </div>
    )
  }
  if (spec === null || known.data === undefined) {
    return (
      <Loading label="Loading the blocks">
        <Skeleton height="24rem" />
      </Loading>
    )
  }
  return <Workbench {...{ sync, state, spec, registry: known.data, chart, onShowCode }} />
}

interface WorkbenchProps {
  sync: SpecSync
  state: SyncState
  spec: Spec
  registry: Registry
  chart: PreviewChart
  onShowCode: () => void
}

function Workbench({ sync, state, spec, registry, chart, onShowCode }: WorkbenchProps) {
  const root = useRef<HTMLDivElement>(null)
  const [said, setSaid] = useState('')
  const [picking, setPicking] = useState<PickRequest | null>(null)
  const [isChoosing, setIsChoosing] = useState(false)
  const focusOn = useFocusRequests(root)
  const { problems } = state
  const context = useMemo<BuilderContextValue>(
    () => ({
      spec,
      registry,
      problems,
      edit: (change, what) => void sync.edit(change, what),
      announce: setSaid,
      focusOn,
      pickIndicator: setPicking,
      openExamples: () => setIsChoosing(true),
    }),
    [spec, registry, problems, sync, focusOn],
  )
  const isReadOnly = state.reading.status !== 'read'
  return (
    <BuilderContext.Provider value={context}>
      {/* Undo works wherever the focus is inside; it has a button too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <section
        ref={root}
        className={styles['builder']}
        aria-label="Blocks"
        onKeyDown={(event) => undoByKeys(event, sync)}
      >
        <SentenceBar
          state={state}
          onUndo={() => sync.undo()}
          onRedo={() => sync.redo()}
          onExamples={() => setIsChoosing(true)}
          onShowCode={onShowCode}
        />
        <div className={styles['columns']}>
          <div className={styles['rules']} inert={isReadOnly} data-old={isReadOnly || undefined}>
            <Basics />
            <Rules way="entries" />
            <Rules way="exits" />
          </div>
          <div className={styles['preview']}>
            <Preview spec={state.valid} timeframe={spec.timeframe} chart={chart} />
          </div>
          <div className={styles['rest']} inert={isReadOnly} data-old={isReadOnly || undefined}>
            <Risk />
            <Indicators />
            <Parameters />
            <Informatives />
            <Position />
            <Protections />
            <Orders />
            <About />
            <OwnCode />
          </div>
        </div>
        <p role="status" className="visually-hidden">
          {said}
        </p>
      </section>
      <IndicatorPicker request={picking} registry={registry} onClose={() => setPicking(null)} />
      <ExamplesDialog
        isOpen={isChoosing}
        onClose={() => setIsChoosing(false)}
        onChoose={(example) => {
          sync.edit((before) => ({ ...example.spec, name: before.name }))
          setSaid(`Now it is ${example.name}. Undo brings back what was here.`)
        }}
      />
    </BuilderContext.Provider>
  )
}

/** In a text that is being typed, undo is the text's own. */
function undoByKeys(event: KeyboardEvent, sync: SpecSync): void {
  const { target } = event
  if (target instanceof HTMLTextAreaElement) return
  if (target instanceof HTMLInputElement && ['text', 'search'].includes(target.type)) {
    if (target.inputMode !== 'decimal') return
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return
  const key = event.key.toLowerCase()
  if (key !== 'z' && key !== 'y') return
  event.preventDefault()
  if (key === 'y' || event.shiftKey) sync.redo()
  else sync.undo()
}
