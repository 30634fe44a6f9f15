import { Fragment, type ReactNode } from 'react'

import styles from './assistant.module.css'

const FENCE = /^```/
const BULLET = /^\s*(?:[-*+]|\d+[.)])\s+/
const HEADING = /^#{1,6}\s+/
const INLINE =
  /(`[^`\n]+`|\*\*[^*\n]+\*\*|__[^_\n]+__|\*[^*\s][^*\n]*\*|!?\[[^\]\n]*\]\([^)\n]*\))/g

/**
 * Draws a little Markdown as elements: paragraphs, lists, headings, code, emphasis. HTML is text, pictures are never
 * fetched, and an address is shown as it is and leads nowhere.
 */
export function Markdown({ text }: { text: string }) {
  return <div className={styles['prose']}>{blocksOf(text).map(draw)}</div>
}

type Block =
  | { kind: 'code'; text: string }
  | { kind: 'list'; isNumbered: boolean; items: string[] }
  | { kind: 'heading' | 'paragraph'; text: string }

export function blocksOf(text: string): Block[] {
  const found: Block[] = []
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (FENCE.test(line.trim())) {
      const end = lines.findIndex((other, index) => index > at && FENCE.test(other.trim()))
      const last = end < 0 ? lines.length : end
      found.push({ kind: 'code', text: lines.slice(at + 1, last).join('\n') })
      at = last
    } else if (BULLET.test(line)) {
      at = takeList(lines, at, found)
    } else if (HEADING.test(line)) {
      found.push({ kind: 'heading', text: line.replace(HEADING, '') })
    } else if (line.trim() !== '') {
      const before = found.at(-1)
      const isContinued = before?.kind === 'paragraph' && (lines[at - 1] ?? '').trim() !== ''
      if (isContinued) before.text += `\n${line}`
      else found.push({ kind: 'paragraph', text: line })
    }
  }
  return found
}

function takeList(lines: string[], from: number, found: Block[]): number {
  const items: string[] = []
  let at = from
  for (; at < lines.length && BULLET.test(lines[at] ?? ''); at += 1) {
    items.push((lines[at] ?? '').replace(BULLET, ''))
  }
  found.push({ kind: 'list', isNumbered: /^\s*\d/.test(lines[from] ?? ''), items })
  return at - 1
}

function draw(block: Block, key: number): ReactNode {
  if (block.kind === 'code') {
    return (
      <pre key={key}>
        <code>{block.text}</code>
      </pre>
    )
  }
  if (block.kind === 'list') {
    const List = block.isNumbered ? 'ol' : 'ul'
    return (
      <List key={key}>
        {block.items.map((item, index) => (
          <li key={index}>{inline(item)}</li>
        ))}
      </List>
    )
  }
  return (
    <p key={key}>
      {block.kind === 'heading' ? <strong>{inline(block.text)}</strong> : inline(block.text)}
    </p>
  )
}

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((piece, key) => <Fragment key={key}>{span(piece)}</Fragment>)
}

function span(piece: string): ReactNode {
  if (/^`[^`]+`$/.test(piece)) return <code>{piece.slice(1, -1)}</code>
  if (/^(\*\*|__).+\1$/.test(piece)) return <strong>{piece.slice(2, -2)}</strong>
  if (/^\*[^*]+\*$/.test(piece)) return <em>{piece.slice(1, -1)}</em>
  const link = /^!?\[([^\]]*)\]\(([^)]*)\)$/.exec(piece)
  return link === null ? piece : `${link[1] ?? ''} (${link[2] ?? ''})`
}
