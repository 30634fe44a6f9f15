import type { EditorView } from '@codemirror/view'
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react'

import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'

import type { Strategy } from '../api'
import type { DraftState } from './draft-keeper'
import { EditorToolbar, type OpenDialog } from './editor-toolbar'
import { replaceCode } from './replace-code'
import { SaveDialog } from './save-dialog'
import { ShortcutsDialog } from './shortcuts-dialog'
import styles from './strategy-editor.module.css'
import { useRuff, useServerCheck } from './use-checks'
import { type OpenDraft, useDraft } from './use-draft'
import type { ServerState } from './use-language-server'
import { type EditorViewName, ViewSwitch } from './view-switch'

const CodePane = lazy(async () => ({ default: (await import('./code-pane')).CodePane }))
const ConflictDialog = lazy(async () => ({
  default: (await import('./conflict-dialog')).ConflictDialog,
}))

/** What the draft looks like to a panel that shows or changes it. */
export interface DraftPanelProps {
  /** The draft as it stands, whoever changed it last. */
  code: string
  onCode: (code: string) => void
  onShowCode: () => void
  /** Code was saved as a version by the panel itself. */
  onSaved: (version: number, code: string) => void
}

interface StrategyEditorProps {
  strategy: Strategy
  view: EditorViewName
  onView: (view: EditorViewName) => void
  /** A line to begin at, from 1. */
  line?: number | undefined
  /** Beside the code in the split view: the chart of the latest run. Without it there is no split view. */
  chart?: ReactNode
  /** Draws the draft as blocks; once drawn they stay, hidden, with their undo history. */
  blocks: (draft: DraftPanelProps, isShown: boolean) => ReactNode
  /** Draws the chat about the draft; null while it is closed. */
  chat?: ((draft: DraftPanelProps) => ReactNode) | null
  /** More buttons at the toolbar's end. */
  tools?: ReactNode
}

/** The editor of a strategy: its draft, or its latest version, as code and as blocks. */
export function StrategyEditor(props: StrategyEditorProps) {
  const { strategy } = props
  const draft = useDraft(strategy.id, strategy.latestVersion)
  if (draft.error !== null) return <Problem error={draft.error} />
  if (draft.opened === null) {
    return (
      <Loading label="Loading the code">
        <Skeleton height="30rem" />
      </Loading>
    )
  }
  return <Workspace {...props} opened={draft.opened} state={draft.state} />
}

interface WorkspaceProps extends StrategyEditorProps {
  opened: OpenDraft
  state: DraftState
}

function Workspace(props: WorkspaceProps) {
  const { strategy, line, chart, opened, state, view: shown, chat = null, tools } = props
  const { keeper, beginning } = opened
  const [view, setView] = useState<EditorView | null>(null)
  const [code, setCode] = useState(beginning.code)
  const [base, setBase] = useState(beginning.baseVersion)
  const [dialog, setDialog] = useState<OpenDialog>(null)
  const [panels, setPanels] = useState(() => ({ outline: isWide(), chart: false }))
  const [server, setServer] = useState<ServerState>('loading')
  const [errors, setErrors] = useState<number | null>(null)
  const [tab, setTab] = useState<'blocks' | 'code'>('blocks')
  const hasCode = shown !== 'blocks'
  const hasBlocks = shown !== 'code'
  // Once shown they stay, hidden, with their undo histories.
  const codeOnce = useFirst(hasCode, code)
  const blocksOnce = useFirst(hasBlocks, true)
  // An answer that arrives later must find the newest code and view, not those of its time.
  const latest = useRef({ code, view })
  latest.current = { code, view }
  const ruff = useRuff()
  const check = useServerCheck(code)
  const takeCode = (changed: string) => {
    setCode(changed)
    keeper.change(changed)
  }
  /** Code that did not come from the editor's keys. */
  const putCode = (changed: string) => {
    takeCode(changed)
    latest.current.code = changed
    if (latest.current.view) replaceCode(latest.current.view, changed)
  }
  const format = () => {
    const before = code
    ruff.format(before).then(
      (formatted) => {
        if (view?.state.doc.toString() === before) replaceCode(view, formatted)
      },
      (error: unknown) => toast(error instanceof Error ? error.message : 'Formatting failed.'),
    )
  }
  const saved = (version: number, kept: string) => {
    setBase(version)
    void keeper.savedAs(version, kept)
  }
  const draft = {
    code,
    onSaved: saved,
    onCode: putCode,
    onShowCode: () => {
      setTab('code')
      if (shown === 'blocks') props.onView('both')
    },
  }
  return (
    <div
      className={styles['workspace']}
      data-view={shown}
      data-tab={tab}
      data-chat={chat !== null || undefined}
    >
      <EditorToolbar
        {...{ strategy, opened, state, base, panels, hasCode, server, tools }}
        isLater={dialog === 'later'}
        hasChart={chart !== undefined}
        viewSwitch={<ViewSwitch view={shown} tab={tab} onView={props.onView} onTab={setTab} />}
        onPanels={setPanels}
        onDialog={setDialog}
        onFormat={format}
        onDiscard={putCode}
      />
      {blocksOnce !== null && (
        <div className={styles['blocksPane']} hidden={!hasBlocks}>
          {props.blocks(draft, hasBlocks)}
        </div>
      )}
      {codeOnce !== null && (
        <div className={styles['codeHolder']} hidden={!hasCode}>
          <Suspense fallback={<Skeleton height="30rem" />}>
            <CodePane
              label={`Code of ${strategy.name}`}
              beginning={codeOnce}
              chart={panels.chart && shown === 'code' ? chart : null}
              hasOutline={panels.outline && shown === 'code'}
              {...{ code, line, view, ruff, check }}
              onReady={(made) => {
                setView(made)
                // It may have been changed while the editor was loading.
                replaceCode(made, latest.current.code)
              }}
              onChange={takeCode}
              onServer={setServer}
              onErrors={setErrors}
              onSave={() => setDialog('save')}
              onFormat={format}
            />
          </Suspense>
        </div>
      )}
      {chat !== null && <aside className={styles['chatPane']}>{chat(draft)}</aside>}
      <SaveDialog
        strategy={strategy}
        isOpen={dialog === 'save'}
        readCode={() => code}
        errors={errors ?? countOf(check)}
        onClose={() => setDialog(null)}
        onSaved={({ number, code: kept }) => saved(number, kept ?? '')}
      />
      <ShortcutsDialog isOpen={dialog === 'keys'} onClose={() => setDialog(null)} />
      <Conflict
        {...{ keeper, state, code }}
        isLater={dialog === 'later'}
        onDialog={setDialog}
        onTaken={putCode}
      />
    </div>
  )
}

interface ConflictProps {
  keeper: OpenDraft['keeper']
  state: DraftState
  code: string
  isLater: boolean
  onDialog: (dialog: OpenDialog) => void
  /** The other draft was chosen. */
  onTaken: (code: string) => void
}

/** Asks which draft to keep when another tab or device wrote one. */
function Conflict({ keeper, state, code, isLater, onDialog, onTaken }: ConflictProps) {
  if (state.status !== 'conflict' || isLater) return null
  return (
    <Suspense>
      <ConflictDialog
        mine={code}
        theirs={state.theirs}
        onLater={() => onDialog('later')}
        onChoose={(keep) => {
          onDialog(null)
          void keeper.resolve(keep).then((taken) => {
            if (taken !== null) onTaken(taken)
          })
        }}
      />
    </Suspense>
  )
}

/** The value as it was when `isSet` was first true; null before that. */
function useFirst<T>(isSet: boolean, value: T): T | null {
  const [first, setFirst] = useState<{ value: T } | null>(null)
  if (!isSet || first !== null) return first?.value ?? null
  setFirst({ value })
  return value
}

function countOf(check: ReturnType<typeof useServerCheck>): number {
  return (check?.findings ?? []).filter(({ severity }) => severity === 'error').length
}

/** On a phone the code comes first. */
function isWide(): boolean {
  return window.matchMedia('(width >= 60rem)').matches
}
