import { python } from '@codemirror/lang-python'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.docString], color: 'var(--code-string)' },
  { tag: tags.number, color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: 'var(--code-name)',
  },
  { tag: [tags.className, tags.typeName], color: 'var(--code-type)' },
])

const LOOK = EditorView.theme({
  '&': { fontSize: 'var(--text-sm)', maxHeight: '36rem' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', overflow: 'auto', lineHeight: '1.5' },
  '.cm-gutterElement': { lineHeight: '1.5' },
  '.cm-gutters': {
    background: 'transparent',
    color: 'var(--text-muted)',
    border: 'none',
  },
})

/** Python source to read; loads CodeMirror, so load it lazily. */
export default function CodeView({ label, code }: { label: string; code: string }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const parent = box.current
    if (parent === null) return
    // In a shadow root CodeMirror adopts its style sheets; elsewhere it adds style elements, which the
    // content security policy forbids.
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' })
    const view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: code,
        extensions: [
          lineNumbers(),
          python(),
          syntaxHighlighting(COLOURS),
          LOOK,
          EditorState.readOnly.of(true),
          // Readable by keyboard: what scrolls can be focused.
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        ],
      }),
    })
    return () => view.destroy()
  }, [code, label])
  return <div ref={box} />
}
