import { Text } from '@codemirror/state'
import { describe, expect, it } from 'vitest'

import breakout from '../templates/breakout.py?raw'
import { countErrors, type Diagnostic, mergeDiagnostics } from './diagnostics'
import { toDiagnostics } from './language-server-replies'
import { markdownToDom } from './markdown-dom'
import { readOutline } from './outline'

function aDiagnostic(changes: Partial<Diagnostic>): Diagnostic {
  return {
    source: 'Ruff',
    rule: 'F821',
    severity: 'error',
    line: 1,
    column: 0,
    endLine: 1,
    endColumn: 1,
    message: 'Undefined name',
    ...changes,
  }
}

describe('diagnostics of three readers', () => {
  it('stand in the order of the code, errors first', () => {
    const merged = mergeDiagnostics({
      Ruff: [aDiagnostic({ line: 9 })],
      Candlewick: [
        aDiagnostic({ source: 'Candlewick', line: 2, severity: 'warning', message: 'b' }),
      ],
      Python: [aDiagnostic({ source: 'Python', line: 2, message: 'a' })],
    })

    expect(merged.map((item) => [item.source, item.line])).toEqual([
      ['Python', 2],
      ['Candlewick', 2],
      ['Ruff', 9],
    ])
    expect(countErrors(merged)).toBe(2)
  })

  it('name a syntax error once', () => {
    const merged = mergeDiagnostics({
      Ruff: [aDiagnostic({ rule: 'invalid-syntax' })],
      Candlewick: [
        aDiagnostic({ source: 'Candlewick', rule: 'syntax', message: 'x' }),
        aDiagnostic({ source: 'Candlewick', rule: 'banned-import', message: 'y' }),
      ],
      Python: [aDiagnostic({ source: 'Python', rule: 'syntax', message: 'z' })],
    })

    expect(merged.map((item) => item.rule).sort()).toEqual(['banned-import', 'invalid-syntax'])
  })

  it('leave out the language server’s hints', () => {
    const range = { start: { line: 3, character: 4 }, end: { line: 3, character: 7 } }

    const found = toDiagnostics({
      diagnostics: [
        { range, message: 'no such\u00a0attribute', severity: 2, code: 'reportX' },
        { range, message: 'unused', severity: 4 },
      ],
    })

    expect(found).toEqual([
      aDiagnostic({
        source: 'Python',
        rule: 'reportX',
        severity: 'warning',
        line: 4,
        column: 4,
        endLine: 4,
        endColumn: 7,
        message: 'no such attribute',
      }),
    ])
  })
})

describe('the outline', () => {
  const outline = (code: string) => readOutline(Text.of(code.split('\n')))

  it('lists class, parameters and methods with their lines', () => {
    const items = outline(breakout)

    expect(items.map((item) => item.name)).toEqual([
      'Breakout',
      'entry_candles',
      'exit_candles',
      'stop_ranges',
      'populate_indicators',
      'populate_entry_trend',
      'populate_exit_trend',
      'custom_stoploss',
    ])
    expect(items[0]).toEqual({ kind: 'class', name: 'Breakout', depth: 0, line: 9 })
    expect(items[1]).toMatchObject({ kind: 'parameter', depth: 1 })
  })

  it('reads what can be read of broken code', () => {
    expect(outline('class A(:\n    def f(self\n    x =').map((item) => item.name)).toContain('A')
    expect(outline('')).toEqual([])
  })
})

describe('documentation', () => {
  it('becomes elements, and nothing in it becomes markup', () => {
    const dom = markdownToDom(
      '```python\ndef f(x: int)\n```\n---\nUse `f` \\[once\\].\n\n<img src=x onerror=alert(1)> &lt;b&gt;',
    )

    expect(dom.querySelector('pre')).toHaveTextContent('def f(x: int)')
    expect(dom.querySelector('code')).toHaveTextContent('f')
    expect(dom.querySelector('p')).toHaveTextContent('Use f [once].')
    expect(dom.querySelector('img, b')).toBeNull()
    expect(dom).toHaveTextContent('<img src=x onerror=alert(1)> <b>')
  })
})
