import type { EditorView } from '@codemirror/view'

/** Makes the code another one as one step that undo takes back; what is the same stays where it is. */
export function replaceCode(view: EditorView, code: string): void {
  const before = view.state.doc.toString()
  if (before === code) return
  const most = Math.min(before.length, code.length)
  let from = 0
  while (from < most && before[from] === code[from]) from++
  let same = 0
  while (same < most - from && before.at(-1 - same) === code.at(-1 - same)) same++
  view.dispatch({
    changes: { from, to: before.length - same, insert: code.slice(from, code.length - same) },
    userEvent: 'input.replace',
  })
}
