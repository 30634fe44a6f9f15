import type { Diagnostic } from './diagnostics'

/** The parts of the Language Server Protocol's answers that the editor uses. */
export interface Position {
  line: number
  character: number
}
export interface Range {
  start: Position
  end: Position
}
export type Markup = string | { kind: string; value: string }
export interface CompletionItem {
  label: string
  kind?: number
  sortText?: string
  detail?: string
  insertText?: string
  documentation?: Markup
  textEdit?: { newText: string; range: Range }
}
export interface Hover {
  contents: Markup
  range?: Range
}
export interface Signature {
  label: string
  documentation?: Markup
  parameters?: { label: string | [number, number] }[]
  activeParameter?: number
}
export interface SignatureHelp {
  signatures: Signature[]
  activeSignature?: number
  activeParameter?: number
}
export interface PublishedDiagnostics {
  diagnostics: {
    range: Range
    message: string
    severity?: number
    code?: string | number
    tags?: number[]
  }[]
}

const HINT = 4

/** Hints (greyed-out code) are left out: Ruff names what is unused. */
export function toDiagnostics({ diagnostics }: PublishedDiagnostics): Diagnostic[] {
  return diagnostics
    .filter((item) => (item.severity ?? 1) < HINT)
    .map((item) => ({
      source: 'Python',
      rule: String(item.code ?? 'syntax'),
      severity: item.severity === 1 ? 'error' : item.severity === 2 ? 'warning' : 'info',
      line: item.range.start.line + 1,
      column: item.range.start.character,
      endLine: item.range.end.line + 1,
      endColumn: item.range.end.character,
      message: item.message.replaceAll('\u00a0', ' '),
    }))
}

export function markupText(markup: Markup | undefined): string {
  if (markup === undefined) return ''
  return typeof markup === 'string' ? markup : markup.value
}
