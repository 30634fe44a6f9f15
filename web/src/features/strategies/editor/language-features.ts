import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  autocompletion,
} from '@codemirror/autocomplete'
import { type Extension, StateEffect, StateField, type Text } from '@codemirror/state'
import {
  EditorView,
  hoverTooltip,
  keymap,
  showTooltip,
  type Tooltip,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'

import type { LanguageServer } from './language-server'
import {
  type CompletionItem,
  type Hover,
  markupText,
  type Position,
  type SignatureHelp,
} from './language-server-replies'
import { markdownToDom } from './markdown-dom'

const KINDS: Record<number, string> = {
  ...{
    2: 'method',
    3: 'function',
    4: 'class',
    5: 'property',
    6: 'variable',
    7: 'class',
    8: 'interface',
  },
  ...{ 9: 'namespace', 10: 'property', 13: 'enum', 14: 'keyword', 20: 'constant', 21: 'constant' },
}
const SIGNATURE_DELAY_MS = 120

/** Completion, hover and signature help from the language server. */
export function languageFeatures(server: LanguageServer): Extension {
  return [
    autocompletion({ override: [(context) => complete(server, context)], maxRenderedOptions: 60 }),
    hoverTooltip((view, pos) => hover(server, view, pos), { hoverTime: 350 }),
    signatureHelp(server),
  ]
}

function toPosition(doc: Text, pos: number): Position {
  const line = doc.lineAt(pos)
  return { line: line.number - 1, character: pos - line.from }
}

async function complete(
  server: LanguageServer,
  context: CompletionContext,
): Promise<CompletionResult | null> {
  const word = context.matchBefore(/[\w]+$/)
  const isAsked = context.explicit || word !== null || context.matchBefore(/[.["']$/) !== null
  if (!isAsked) return null
  const { doc } = context.state
  server.sync(doc.toString())
  const { line, character } = toPosition(doc, context.pos)
  const found = (await server.at('completion', line, character)) as {
    items: CompletionItem[]
  } | null
  if (found === null || context.aborted) return null
  return {
    from: word?.from ?? context.pos,
    options: found.items.map((item) => toCompletion(server, item)),
    validFor: /^\w*$/,
  }
}

function toCompletion(server: LanguageServer, item: CompletionItem): Completion {
  const isPrivate = item.label.startsWith('_')
  return {
    label: item.label,
    apply: item.textEdit?.newText ?? item.insertText ?? item.label,
    type: KINDS[item.kind ?? 0] ?? 'text',
    boost: isPrivate ? -50 : 0,
    info: async () => {
      const resolved = (await server.request(
        'completionItem/resolve',
        item,
      )) as CompletionItem | null
      const text = markupText(resolved?.documentation)
      return text === '' ? null : markdownToDom(text)
    },
  }
}

async function hover(
  server: LanguageServer,
  view: EditorView,
  pos: number,
): Promise<Tooltip | null> {
  const { doc } = view.state
  server.sync(doc.toString())
  const { line, character } = toPosition(doc, pos)
  const found = (await server.at('hover', line, character)) as Hover | null
  const text = markupText(found?.contents)
  if (text === '' || view.state.doc !== doc) return null
  return { pos, above: true, create: () => ({ dom: markdownToDom(text) }) }
}

const setSignature = StateEffect.define<Tooltip | null>()

const signatureField = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setSignature)) return effect.value
    if (value === null || !transaction.docChanged) return value
    return { ...value, pos: transaction.changes.mapPos(value.pos) }
  },
  provide: (field) => showTooltip.from(field),
})

function signatureHelp(server: LanguageServer): Extension {
  const plugin = ViewPlugin.define((view) => {
    let timer = 0
    const ask = async () => {
      const { doc, selection } = view.state
      server.sync(doc.toString())
      const { line, character } = toPosition(doc, selection.main.head)
      const found = (await server.at('signatureHelp', line, character)) as SignatureHelp | null
      if (view.state.doc !== doc) return
      const tooltip = found === null ? null : signatureTooltip(found, selection.main.head)
      if (tooltip !== null || view.state.field(signatureField) !== null) {
        view.dispatch({ effects: setSignature.of(tooltip) })
      }
    }
    return {
      update(update: ViewUpdate) {
        const isOpen = update.state.field(signatureField) !== null
        const isTyped = update.docChanged && /[(,]$/.test(before(update))
        if (!isTyped && !(isOpen && (update.docChanged || update.selectionSet))) return
        window.clearTimeout(timer)
        timer = window.setTimeout(() => void ask(), SIGNATURE_DELAY_MS)
      },
      destroy: () => window.clearTimeout(timer),
      ask,
    }
  })
  return [
    signatureField,
    plugin,
    keymap.of([
      { key: 'Mod-Shift-Space', run: (view) => (void view.plugin(plugin)?.ask(), true) },
      { key: 'Escape', run: closeSignature },
    ]),
  ]
}

function before({ state }: ViewUpdate): string {
  const head = state.selection.main.head
  return state.sliceDoc(Math.max(0, head - 1), head)
}

function closeSignature(view: EditorView): boolean {
  if (view.state.field(signatureField) === null) return false
  view.dispatch({ effects: setSignature.of(null) })
  return true
}

function signatureTooltip(help: SignatureHelp, pos: number): Tooltip | null {
  const signature = help.signatures[help.activeSignature ?? 0]
  if (signature === undefined) return null
  const parameter = signature.parameters?.[signature.activeParameter ?? help.activeParameter ?? -1]
  const [from, to] = span(signature.label, parameter?.label)
  return {
    pos,
    above: true,
    create: () => {
      const dom = document.createElement('div')
      dom.className = 'cm-signature'
      const active = document.createElement('strong')
      active.textContent = signature.label.slice(from, to)
      dom.append(signature.label.slice(0, from), active, signature.label.slice(to))
      return { dom }
    },
  }
}

function span(text: string, label: string | [number, number] | undefined): [number, number] {
  if (label === undefined) return [0, 0]
  if (typeof label !== 'string') return label
  const from = text.indexOf(label)
  return from === -1 ? [0, 0] : [from, from + label.length]
}
