import { python } from '@codemirror/lang-python'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { MergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'

import styles from './compare.module.css'

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--code-keyword)' },
  { tag: tags.string, color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--code-comment)' },
  { tag: [tags.function(tags.variableName)], color: 'var(--code-name)' },
  { tag: [tags.className, tags.typeName], color: 'var(--code-type)' },
])

const LOOK = EditorView.theme({
  '&': { fontSize: 'var(--text-sm)', backgroundColor: 'var(--surface-raised)' },
  '.cm-content': { fontFamily: 'var(--font-mono)' },
  '.cm-gutters': { backgroundColor: 'var(--surface-sunken)', color: 'var(--text-muted)' },
  '.cm-collapsedLines': {
    background: 'var(--surface-sunken)',
    color: 'var(--text-muted)',
  },
})

function sideOf(code: string, label: string) {
  return {
    doc: code,
    extensions: [
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ 'aria-label': label }),
      lineNumbers(),
      python(),
      syntaxHighlighting(COLOURS),
      LOOK,
    ],
  }
}

/** Two codes side by side; what is the same is folded. */
export default function MergedCode({ older, newer }: { older: string; newer: string }) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const host = ref.current
    if (host === null) return
    // In a shadow root the editor adopts style sheets; in the page it would add style elements, which the
    // content security policy forbids.
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    const view = new MergeView({
      root,
      a: sideOf(older, 'Code of the left run'),
      b: sideOf(newer, 'Code of the right run'),
      parent: root,
      collapseUnchanged: { margin: 3, minSize: 6 },
    })
    return () => view.destroy()
  }, [older, newer])
  return <div ref={ref} className={styles['code']} />
}
