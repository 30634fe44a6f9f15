import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { python } from '@codemirror/lang-python'
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
} from '@codemirror/language'
import { lintGutter, lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import {
  crosshairCursor,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view'
import { useEffect, useRef } from 'react'

import styles from './code-editor.module.css'
import { editorTheme } from './theme'

/** Highlighting and behaviour that every view of Python has. */
export const pythonView: Extension = [
  python(),
  lineNumbers(),
  indentUnit.of('    '),
  EditorState.tabSize.of(4),
  editorTheme,
]

const editing: Extension = [
  pythonView,
  history(),
  foldGutter(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  rectangularSelection(),
  crosshairCursor(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  lintGutter(),
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...lintKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
]

interface CodeEditorProps {
  /** What the editor begins with; later changes are the user's or go through the view. */
  code: string
  label: string
  onChange: (code: string) => void
  onReady: (view: EditorView) => void
  /** Read once: more extensions, which go before the editor's own. */
  extensions: Extension
}

/**
 * A Python editor. It lives in a shadow root: there its styles are constructed style sheets, which a strict
 * content security policy allows, and not style elements, which it refuses.
 */
export function CodeEditor({ code, label, onChange, onReady, extensions }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const first = useRef({ code, label, extensions, onReady })
  const changed = useRef(onChange)
  useEffect(() => {
    changed.current = onChange
  }, [onChange])
  useEffect(() => {
    if (host.current === null) return undefined
    const { root, parent } = shadowIn(host.current)
    const view = new EditorView({
      root,
      parent,
      state: EditorState.create({
        doc: first.current.code,
        extensions: [
          first.current.extensions,
          editing,
          EditorView.contentAttributes.of({ 'aria-label': first.current.label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString())
          }),
        ],
      }),
    })
    first.current.onReady(view)
    return () => view.destroy()
  }, [])
  return <div ref={host} className={styles['host']} />
}

/** Returns the element's shadow root with an empty element to mount something in. */
export function shadowIn(host: HTMLElement): { root: ShadowRoot; parent: HTMLElement } {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const parent = document.createElement('div')
  parent.style.height = '100%'
  root.replaceChildren(parent)
  return { root, parent }
}

/** Selects a line and brings it into view. */
export function goToLine(view: EditorView, line: number, column = 0): void {
  const { doc } = view.state
  const found = doc.line(Math.min(Math.max(1, line), doc.lines))
  const pos = Math.min(found.to, found.from + column)
  view.dispatch({
    selection: { anchor: pos },
    effects: EditorView.scrollIntoView(pos, { y: 'center' }),
  })
  view.focus()
}
