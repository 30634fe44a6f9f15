import { python } from '@codemirror/lang-python'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState, type Extension, Text } from '@codemirror/state'
import { Decoration, EditorView, lineNumbers } from '@codemirror/view'
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
  '.cm-meant': { background: 'var(--surface-selected)' },
})

interface CodeViewProps {
  label: string
  code: string
  /** Marked, and scrolled to. */
  line?: number | undefined
}

/** Python source to read; loads CodeMirror, so load it lazily. */
export default function CodeView({ label, code, line }: CodeViewProps) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const parent = box.current
    if (parent === null) return
    // In a shadow root CodeMirror adopts its style sheets; elsewhere it adds style elements, which the
    // content security policy forbids.
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' })
    const doc = Text.of(code.split(/\r\n?|\n/))
    const meant = placeOf(doc, line)
    const view = new EditorView({
      parent: root,
      root,
      ...(meant !== undefined && { scrollTo: EditorView.scrollIntoView(meant, { y: 'center' }) }),
      state: EditorState.create({
        doc,
        extensions: [
          marked(meant),
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
  }, [code, label, line])
  return <div ref={box} />
}

/** Where a line begins, counted from 1; whoever typed the address may name one that there is not. */
function placeOf(doc: Text, line = 0): number | undefined {
  return line >= 1 && line <= doc.lines ? doc.line(line).from : undefined
}

function marked(place: number | undefined): Extension {
  if (place === undefined) return []
  const line = Decoration.line({ class: 'cm-meant', attributes: { 'aria-current': 'true' } })
  return EditorView.decorations.of(Decoration.set(line.range(place)))
}
