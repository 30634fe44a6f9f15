import { Text } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import type { EditorView } from '@codemirror/view'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'

import { cn } from '@/lib/cn'

import type { Check } from '../api'
import { CodeEditor, goToLine } from './code-editor'
import { countErrors } from './diagnostics'
import { readOutline } from './outline'
import { OutlinePanel } from './outline-panel'
import { ProblemsPanel } from './problems-panel'
import type { Ruff } from './ruff'
import styles from './strategy-editor.module.css'
import { useDiagnostics } from './use-diagnostics'
import { emptyLanguageSlot, type ServerState, useLanguageServer } from './use-language-server'

interface CodePaneProps {
  label: string
  /** What the editor begins with, and what it holds now. */
  beginning: string
  code: string
  line: number | undefined
  view: EditorView | null
  ruff: Ruff
  check: Check | undefined
  hasOutline: boolean
  chart: ReactNode
  onReady: (view: EditorView) => void
  onChange: (code: string) => void
  onServer: (state: ServerState) => void
  onErrors: (count: number) => void
  onSave: () => void
  onFormat: () => void
}

/** The code with its outline, its problems, and the latest run beside it. */
export function CodePane(props: CodePaneProps) {
  const { beginning, code, line, view, ruff, check, hasOutline, chart } = props
  const python = useLanguageServer(view, code)
  const { items: problems, readers } = useDiagnostics(view, code, ruff, check, python)
  const outline = useMemo(() => readOutline(Text.of(code.split('\n'))), [code])
  const extensions = useEditorKeys(props)
  const { onServer, onErrors } = props
  const errors = countErrors(problems)
  useEffect(() => onServer(python.state), [onServer, python.state])
  useEffect(() => onErrors(errors), [onErrors, errors])
  const go = (to: number, column = 0) => {
    if (view !== null) goToLine(view, to, column)
  }
  return (
    <div className={styles['codePane']}>
      <div
        className={cn(
          styles['panes'],
          hasOutline && styles['withOutline'],
          chart !== null && styles['withChart'],
        )}
      >
        {hasOutline && <OutlinePanel items={outline} onGo={go} />}
        <div className={styles['code']}>
          <CodeEditor
            code={beginning}
            label={props.label}
            extensions={extensions}
            onReady={(made) => {
              props.onReady(made)
              if (line !== undefined) goToLine(made, line)
            }}
            onChange={props.onChange}
          />
        </div>
        {chart !== null && <div className={styles['chart']}>{chart}</div>}
      </div>
      <ProblemsPanel
        items={problems}
        readers={readers}
        onGo={(item) => go(item.line, item.column)}
      />
    </div>
  )
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
