import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

import { pythonView, shadowIn } from './code-editor'

interface Diff {
  older: string
  newer: string
  /** One column instead of two. */
  isInline: boolean
}

const COLLAPSE = { margin: 4, minSize: 8 }

/** Shows the difference of two codes in an element; returns what takes it away again. */
export function showDiff(host: HTMLElement, { older, newer, isInline }: Diff): () => void {
  const { root, parent } = shadowIn(host)
  const readOnly = [pythonView, EditorState.readOnly.of(true), EditorView.editable.of(false)]
  if (isInline) {
    const merge = unifiedMergeView({
      original: older,
      mergeControls: false,
      collapseUnchanged: COLLAPSE,
    })
    const view = new EditorView({
      root,
      parent,
      state: EditorState.create({ doc: newer, extensions: [readOnly, named('Difference'), merge] }),
    })
    return () => view.destroy()
  }
  parent.style.overflow = 'auto'
  const view = new MergeView({
    root,
    parent,
    a: { doc: older, extensions: [readOnly, named('Older')] },
    b: { doc: newer, extensions: [readOnly, named('Newer')] },
    collapseUnchanged: COLLAPSE,
    gutter: true,
  })
  return () => view.destroy()
}

// Readable by keyboard: what scrolls can be focused.
function named(label: string) {
  return EditorView.contentAttributes.of({
    'aria-label': label,
    'aria-readonly': 'true',
    tabindex: '0',
  })
}
