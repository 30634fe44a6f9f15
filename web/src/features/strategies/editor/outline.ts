import { pythonLanguage } from '@codemirror/lang-python'
import type { Text } from '@codemirror/state'

/** A class, method or parameter of the code, with where it stands. */
export interface OutlineItem {
  kind: 'class' | 'method' | 'parameter'
  name: string
  depth: number
  /** From 1. */
  line: number
}

const PARAMETER = /^(?:\w+\.)*(?:Int|Decimal|Real|Categorical|Boolean)Parameter$/

/** Reads the outline from the code's syntax tree; broken code gives what can be read of it. */
export function readOutline(doc: Text): OutlineItem[] {
  const text = doc.toString()
  const items: OutlineItem[] = []
  let depth = 0
  const add = (kind: OutlineItem['kind'], from: number, to: number) => {
    items.push({ kind, name: text.slice(from, to), depth, line: doc.lineAt(from).number })
  }
  pythonLanguage.parser.parse(text).iterate({
    enter: ({ name, node }) => {
      if (name === 'ClassDefinition' || name === 'FunctionDefinition') {
        const label = node.getChild('VariableName')
        if (label !== null)
          add(name === 'ClassDefinition' ? 'class' : 'method', label.from, label.to)
        depth += 1
      } else if (name === 'AssignStatement' && depth === 1) {
        const target = node.getChild('VariableName')
        const callee = node.getChild('CallExpression')?.firstChild
        if (target && callee && PARAMETER.test(text.slice(callee.from, callee.to))) {
          add('parameter', target.from, target.to)
        }
      } else if (name === 'CallExpression' || name === 'String') return false
      return undefined
    },
    leave: ({ name }) => {
      if (name === 'ClassDefinition' || name === 'FunctionDefinition') depth -= 1
    },
  })
  return items
}
