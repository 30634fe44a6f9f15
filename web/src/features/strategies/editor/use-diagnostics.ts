import { type Diagnostic as LintDiagnostic, setDiagnostics } from '@codemirror/lint'
import type { Text } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { useEffect, useMemo, useState } from 'react'

import type { Check } from '../api'
import { type BySource, type Diagnostic, mergeDiagnostics } from './diagnostics'
import type { Ruff } from './ruff'
import { useSettled } from './use-checks'

const RUFF_PAUSE_MS = 150

/** Everything that is wrong with the code, also drawn into the view, and which readers have looked at it. */
export function useDiagnostics(
  view: EditorView | null,
  code: string,
  ruff: Ruff,
  check: Check | undefined,
  python: { state: string; found: readonly Diagnostic[] },
): { items: Diagnostic[]; readers: string[] } {
  const settled = useSettled(code, RUFF_PAUSE_MS)
  const [fromRuff, setFromRuff] = useState<readonly Diagnostic[] | null>(null)
  const fromPython = python.found
  useEffect(() => {
    let isOld = false
    void ruff.check(settled).then((found) => {
      if (!isOld && found !== null) setFromRuff(found)
    })
    return () => {
      isOld = true
    }
  }, [ruff, settled])
  const merged = useMemo(() => {
    const found: BySource = {
      Ruff: fromRuff ?? [],
      Python: fromPython,
      Candlewick: fromCheck(check),
    }
    return mergeDiagnostics(found)
  }, [fromRuff, fromPython, check])
  useEffect(() => {
    if (view === null) return
    const { doc } = view.state
    view.dispatch(
      setDiagnostics(
        view.state,
        merged.map((item) => toLint(doc, item)),
      ),
    )
  }, [view, merged])
  const readers = [
    check !== undefined && 'Candlewick',
    fromRuff !== null && 'Ruff',
    python.state === 'ready' && 'Python',
  ].filter((name) => name !== false)
  return { items: merged, readers }
}

function fromCheck(check: Check | undefined): Diagnostic[] {
  return (check?.findings ?? []).map((item) => ({
    source: 'Candlewick',
    rule: item.rule,
    severity: item.severity,
    line: item.line,
    column: item.column,
    endLine: item.line,
    endColumn: Number.MAX_SAFE_INTEGER,
    message: item.message,
    advice: item.advice,
  }))
}

function toLint(doc: Text, item: Diagnostic): LintDiagnostic {
  const from = place(doc, item.line, item.column)
  return {
    from,
    to: Math.max(from, place(doc, item.endLine, item.endColumn)),
    severity: item.severity,
    source: `${item.source} · ${item.rule}`,
    message: item.advice === undefined ? item.message : `${item.message} ${item.advice}`,
  }
}

function place(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines))
  return Math.min(found.to, found.from + column)
}
