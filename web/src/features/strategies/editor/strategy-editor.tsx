import { Text } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import type { EditorView } from '@codemirror/view'
import { Keyboard, Play, Save, WandSparkles } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from 'react'

import { Button, ButtonLink, IconButton } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { cn } from '@/lib/cn'

import type { Strategy } from '../api'
import { CodeEditor, goToLine, replaceCode } from './code-editor'
import { countErrors } from './diagnostics'
import { DraftStatus } from './draft-status'
import { readOutline } from './outline'
import { OutlinePanel } from './outline-panel'
import { ProblemsPanel } from './problems-panel'
import { SaveDialog } from './save-dialog'
import { ShortcutsDialog } from './shortcuts-dialog'
import styles from './strategy-editor.module.css'
import { DiscardButton, PanelButtons, ServerNote } from './toolbar-parts'
import { useDiagnostics, useRuff, useServerCheck } from './use-diagnostics'
import type { DraftState } from './draft-keeper'
import { type OpenDraft, useDraft } from './use-draft'
import { emptyLanguageSlot, useLanguageServer } from './use-language-server'

const ConflictDialog = lazy(async () => ({
  default: (await import('./conflict-dialog')).ConflictDialog,
}))

interface StrategyEditorProps {
  strategy: Strategy
  /** A line to begin at, from 1. */
  line?: number | undefined
  /** Beside the code in the split view: the chart of the latest run. Without it there is no split view. */
  chart?: ReactNode
}

/** The editor of a strategy: its draft, or its latest version. */
export function StrategyEditor({ strategy, line, chart }: StrategyEditorProps) {
  const draft = useDraft(strategy.id, strategy.latestVersion)
  if (draft.error !== null) return <Problem error={draft.error} />
  if (draft.opened === null) {
    return (
      <Loading label="Loading the code">
        <Skeleton height="30rem" />
      </Loading>
    )
  }
  return (
    <Workspace
      strategy={strategy}
      line={line}
      chart={chart}
      opened={draft.opened}
      state={draft.state}
    />
  )
}

interface WorkspaceProps extends StrategyEditorProps {
  opened: OpenDraft
  state: DraftState
}

/** `later`: the choice between two drafts was put off. */
type OpenDialog = 'save' | 'keys' | 'later' | null

function Workspace({ strategy, line, chart, opened, state }: WorkspaceProps) {
  const { keeper, beginning } = opened
  const [view, setView] = useState<EditorView | null>(null)
  const [code, setCode] = useState(beginning.code)
  const [base, setBase] = useState(beginning.baseVersion)
  const [dialog, setDialog] = useState<OpenDialog>(null)
  const [panels, setPanels] = useState(() => ({ outline: isWide(), chart: false }))
  const ruff = useRuff()
  const check = useServerCheck(code)
  const python = useLanguageServer(view, code)
  const { items: problems, readers } = useDiagnostics(view, code, ruff, check, python)
  const outline = useMemo(() => readOutline(Text.of(code.split('\n'))), [code])
  const format = () => {
    if (view === null) return
    const before = view.state.doc
    ruff.format(before.toString()).then(
      (formatted) => {
        if (view.state.doc === before) replaceCode(view, formatted)
      },
      (error: unknown) => toast(error instanceof Error ? error.message : 'Formatting failed.'),
    )
  }
  const go = (to: number, column = 0) => {
    if (view !== null) goToLine(view, to, column)
  }
  const extensions = useEditorKeys({ onSave: () => setDialog('save'), onFormat: format })
  return (
    <div className={styles['workspace']}>
      <div className={styles['toolbar']}>
        <DraftStatus state={state} version={base} />
        {state.status === 'conflict' && dialog === 'later' && (
          <Button onClick={() => setDialog(null)}>Compare the drafts</Button>
        )}
        <ServerNote state={python.state} />
        <span className={styles['space']} />
        <PanelButtons panels={panels} hasChart={chart !== undefined} onChange={setPanels} />
        {state.status !== 'clean' && base !== null && (
          <DiscardButton strategy={strategy} version={base} view={view} opened={opened} />
        )}
        <IconButton label="Format (Shift Alt F)" onClick={format}>
          <WandSparkles size={16} aria-hidden />
        </IconButton>
        <IconButton label="Keyboard" onClick={() => setDialog('keys')}>
          <Keyboard size={16} aria-hidden />
        </IconButton>
        <Button
          look={state.status === 'clean' ? 'plain' : 'primary'}
          onClick={() => setDialog('save')}
        >
          <Save size={16} aria-hidden /> Save version
        </Button>
        {strategy.latestVersion > 0 && (
          <ButtonLink
            to="/backtests/new"
            search={{ strategyId: strategy.id, version: strategy.latestVersion }}
          >
            <Play size={16} aria-hidden /> Run backtest
          </ButtonLink>
        )}
      </div>
      <div
        className={cn(
          styles['panes'],
          panels.outline && styles['withOutline'],
          panels.chart && styles['withChart'],
        )}
      >
        {panels.outline && <OutlinePanel items={outline} onGo={go} />}
        <div className={styles['code']}>
          <CodeEditor
            code={beginning.code}
            label={`Code of ${strategy.name}`}
            extensions={extensions}
            onReady={(made) => {
              setView(made)
              if (line !== undefined) goToLine(made, line)
            }}
            onChange={(changed) => {
              setCode(changed)
              keeper.change(changed)
            }}
          />
        </div>
        {panels.chart && <div className={styles['chart']}>{chart}</div>}
      </div>
      <ProblemsPanel
        items={problems}
        readers={readers}
        onGo={(item) => go(item.line, item.column)}
      />
      <SaveDialog
        strategy={strategy}
        isOpen={dialog === 'save'}
        readCode={() => view?.state.doc.toString() ?? code}
        errors={countErrors(problems)}
        onClose={() => setDialog(null)}
        onSaved={({ number, code: saved }) => {
          setBase(number)
          void keeper.savedAs(number, saved ?? '')
        }}
      />
      <ShortcutsDialog isOpen={dialog === 'keys'} onClose={() => setDialog(null)} />
      {state.status === 'conflict' && dialog !== 'later' && (
        <Suspense>
          <ConflictDialog
            mine={code}
            theirs={state.theirs}
            onLater={() => setDialog('later')}
            onChoose={(keep) => {
              setDialog(null)
              void keeper.resolve(keep).then((taken) => {
                if (taken !== null && view !== null) replaceCode(view, taken)
              })
            }}
          />
        </Suspense>
      )}
    </div>
  )
}

/** On a phone the code comes first. */
function isWide(): boolean {
  return window.matchMedia('(width >= 60rem)').matches
}

interface Keys {
  onSave: () => void
  onFormat: () => void
}

/** Read once by the editor; the keys do what the latest rendering says. */
function useEditorKeys(keys: Keys) {
  const latest = useRef(keys)
  latest.current = keys
  return useMemo(
    () => [
      emptyLanguageSlot,
      keymap.of([
        { key: 'Mod-s', preventDefault: true, run: () => (latest.current.onSave(), true) },
        { key: 'Shift-Alt-f', run: () => (latest.current.onFormat(), true) },
      ]),
    ],
    [],
  )
}
