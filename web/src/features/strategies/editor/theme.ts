import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

// Every colour is a token, so light and dark need no second theme.
const look = EditorView.theme({
  '&': {
    height: '100%',
    color: 'var(--text)',
    backgroundColor: 'var(--surface-raised)',
    fontSize: 'var(--text-sm)',
  },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', paddingBlock: 'var(--space-2)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    {
      backgroundColor: 'var(--info-surface)',
    },
  '.cm-activeLine': {
    backgroundColor: 'color-mix(in srgb, var(--surface-hover) 55%, transparent)',
  },
  '.cm-gutters': {
    backgroundColor: 'var(--surface-raised)',
    color: 'var(--text-muted)',
    border: 'none',
  },
  '.cm-activeLineGutter': { backgroundColor: 'var(--surface-hover)', color: 'var(--text)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--surface-selected)',
    color: 'var(--text-selected)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--surface-selected)' },
  '.cm-searchMatch': {
    backgroundColor: 'var(--warning-surface)',
    outline: '1px solid var(--warning)',
  },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--surface-selected)' },
  '.cm-tooltip': {
    border: '1px solid var(--border)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface-raised)',
    color: 'var(--text)',
    boxShadow: 'var(--shadow-floating)',
    maxWidth: 'min(40rem, 90vw)',
    overflow: 'auto',
    maxHeight: '22rem',
  },
  '.cm-tooltip-autocomplete': { '& > ul': { fontFamily: 'var(--font-mono)', maxHeight: '16rem' } },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--surface-selected)',
    color: 'var(--text-selected)',
  },
  '.cm-completionInfo': { padding: '0' },
  '.cm-doc': {
    padding: 'var(--space-2) var(--space-3)',
    fontFamily: 'var(--font-sans)',
    whiteSpace: 'pre-line',
  },
  '.cm-doc pre': {
    margin: '0 0 var(--space-2)',
    fontFamily: 'var(--font-mono)',
    whiteSpace: 'pre-wrap',
  },
  '.cm-doc p': { margin: '0 0 var(--space-2)' },
  '.cm-signature': {
    padding: 'var(--space-1) var(--space-3)',
    fontFamily: 'var(--font-mono)',
    whiteSpace: 'pre-wrap',
  },
  '.cm-signature strong': { color: 'var(--accent)' },
  '.cm-diagnostic': {
    borderLeft: 'none',
    padding: 'var(--space-2) var(--space-3)',
    fontFamily: 'var(--font-sans)',
  },
  '.cm-diagnosticSource': { color: 'var(--text-muted)', fontSize: 'var(--text-xs)', opacity: '1' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--danger) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--warning) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-info': {
    backgroundImage: 'none',
    textDecoration: 'underline dotted var(--info) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-panels': { backgroundColor: 'var(--surface-sunken)', color: 'var(--text)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--border)' },
  '.cm-panel.cm-search': {
    padding: 'var(--space-2) var(--space-3)',
    fontFamily: 'var(--font-sans)',
  },
  '.cm-panel.cm-search label': { fontSize: 'var(--text-sm)' },
  '.cm-textfield': {
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--radius-sm)',
    backgroundColor: 'var(--surface-raised)',
    color: 'var(--text)',
    fontSize: 'var(--text-sm)',
    padding: 'var(--space-1) var(--space-2)',
  },
  '.cm-button': {
    border: '1px solid var(--border-strong)',
    borderRadius: 'var(--radius-sm)',
    backgroundImage: 'none',
    backgroundColor: 'var(--surface-raised)',
    color: 'var(--text)',
    fontSize: 'var(--text-sm)',
    cursor: 'pointer',
  },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--surface-hover)',
    border: 'none',
    color: 'var(--text-muted)',
  },
  '.cm-changedLine, .cm-insertedLine': { backgroundColor: 'var(--gain-surface) !important' },
  '.cm-deletedChunk, &.cm-merge-a .cm-changedLine, .cm-deletedLine': {
    backgroundColor: 'var(--loss-surface) !important',
  },
  '.cm-changedText, .cm-insertedLine .cm-changedText': {
    background: 'color-mix(in srgb, var(--gain) 28%, transparent) !important',
  },
  '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'color-mix(in srgb, var(--loss) 28%, transparent) !important',
  },
  '.cm-collapsedLines': {
    backgroundImage: 'none',
    backgroundColor: 'var(--surface-sunken)',
    color: 'var(--text-muted)',
    fontFamily: 'var(--font-sans)',
  },
  // The marks of the library are in no font of most systems.
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯"' },
})

const colours = HighlightStyle.define([
  {
    tag: [
      tags.keyword,
      tags.controlKeyword,
      tags.definitionKeyword,
      tags.moduleKeyword,
      tags.operatorKeyword,
    ],
    color: 'var(--code-keyword)',
  },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.docString], color: 'var(--code-comment)', fontStyle: 'italic' },
  {
    tag: [tags.function(tags.definition(tags.variableName)), tags.function(tags.variableName)],
    color: 'var(--code-name)',
  },
  {
    tag: [tags.definition(tags.className), tags.className, tags.typeName],
    color: 'var(--code-type)',
  },
  { tag: [tags.self, tags.meta], color: 'var(--code-type)' },
])

export const editorTheme: Extension = [look, syntaxHighlighting(colours)]
