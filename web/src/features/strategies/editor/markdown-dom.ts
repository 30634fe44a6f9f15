/**
 * Draws the language server's Markdown as elements: code blocks, rules, paragraphs and inline code. Everything
 * is set as text, so nothing in a docstring can become markup.
 */
export function markdownToDom(markdown: string): HTMLElement {
  const root = document.createElement('div')
  root.className = 'cm-doc'
  for (const block of blocks(markdown)) root.append(block)
  return root
}

function* blocks(markdown: string): Generator<HTMLElement> {
  const parts = markdown.split(/^```\w*\n([\s\S]*?)^```$/m)
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) yield codeBlock(part)
    else yield* paragraphs(part)
  }
}

function codeBlock(text: string): HTMLElement {
  const pre = document.createElement('pre')
  pre.textContent = text.trimEnd()
  return pre
}

function* paragraphs(text: string): Generator<HTMLElement> {
  for (const chunk of text.split(/\n{2,}|^---$/m)) {
    const plain = unescape(chunk)
    if (plain.trim() === '') continue
    const paragraph = document.createElement('p')
    for (const [index, piece] of plain
      .trim()
      .split(/`([^`]+)`/)
      .entries()) {
      if (index % 2 === 0) paragraph.append(piece)
      else {
        const code = document.createElement('code')
        code.textContent = piece
        paragraph.append(code)
      }
    }
    yield paragraph
  }
}

function unescape(text: string): string {
  return text
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\\([\\`*_{}[\]()#+\-.!~|<>])/g, '$1')
}
