/** What the three readers of code say, in one shape. */
export interface Diagnostic {
  source: 'Candlewick' | 'Ruff' | 'Python'
  rule: string
  severity: 'error' | 'warning' | 'info'
  /** From 1. */
  line: number
  /** From 0, in UTF-16 units. */
  column: number
  endLine: number
  endColumn: number
  message: string
  /** What to do about it. */
  advice?: string
}

export type BySource = Partial<Record<Diagnostic['source'], readonly Diagnostic[]>>

const SYNTAX_RULES = new Set(['syntax', 'invalid-syntax'])
const ORDER = { error: 0, warning: 1, info: 2 }

/** All diagnostics by place. A mistake that several readers see is shown once, in the clearest words. */
export function mergeDiagnostics(found: BySource): Diagnostic[] {
  const ruff = found.Ruff ?? []
  const isUnreadable = ruff.some((item) => SYNTAX_RULES.has(item.rule))
  // Of code that cannot be parsed only the first thing said is certain: Ruff's.
  const others = [...(found.Candlewick ?? []), ...(found.Python ?? [])].filter(
    (item) => !isUnreadable || !(SYNTAX_RULES.has(item.rule) || item.source === 'Python'),
  )
  const seen = new Set<string>()
  return [...others, ...ruff]
    .filter((item) => {
      const key = `${item.line}:${item.message}`
      if (seen.has(key)) return false
      seen.add(key)
      return true
    })
    .sort((a, b) => a.line - b.line || a.column - b.column || ORDER[a.severity] - ORDER[b.severity])
}

export function countErrors(items: readonly Diagnostic[]): number {
  return items.filter((item) => item.severity === 'error').length
}
