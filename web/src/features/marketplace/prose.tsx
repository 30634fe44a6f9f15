import { lexer, type Token, type Tokens } from 'marked'
import { Fragment, type ReactNode } from 'react'

import styles from './prose.module.css'

/**
 * Draws what a user wrote in Markdown as elements. HTML is text, pictures are never fetched, and links lead to web
 * pages only, which learn nothing from it.
 */
export function Prose({ text }: { text: string }) {
  return <div className={styles['prose']}>{blocks(lexer(text, { gfm: true }))}</div>
}

function blocks(tokens: readonly Token[]): ReactNode {
  return tokens.map((token, key) => <Fragment key={key}>{block(token)}</Fragment>)
}

function block(token: Token): ReactNode {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      return heading(token as Tokens.Heading)
    case 'paragraph':
      return <p>{inlines((token as Tokens.Paragraph).tokens)}</p>
    case 'list':
      return list(token as Tokens.List)
    case 'blockquote':
      return <blockquote>{blocks((token as Tokens.Blockquote).tokens)}</blockquote>
    case 'code':
      return (
        <pre>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      )
    case 'hr':
      return <hr />
    case 'table':
      return table(token as Tokens.Table)
    case 'text': {
      const { tokens, text } = token as Tokens.Text
      return tokens === undefined ? text : inlines(tokens)
    }
    default:
      return <p>{token.raw}</p>
  }
}

/** The page has its own first and second headings, so a text's begin below them. */
function heading({ depth, tokens }: Tokens.Heading): ReactNode {
  return depth <= 2 ? <h3>{inlines(tokens)}</h3> : <h4>{inlines(tokens)}</h4>
}

function list({ ordered, start, items }: Tokens.List): ReactNode {
  const drawn = items.map((item, key) => <li key={key}>{blocks(item.tokens)}</li>)
  return ordered ? <ol start={start === '' ? 1 : start}>{drawn}</ol> : <ul>{drawn}</ul>
}

function table({ header, rows }: Tokens.Table): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          {header.map((cell, key) => (
            <th key={key} scope="col">
              {inlines(cell.tokens)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, key) => (
          <tr key={key}>
            {row.map((cell, at) => (
              <td key={at}>{inlines(cell.tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function inlines(tokens: readonly Token[]): ReactNode {
  return tokens.map((token, key) => <Fragment key={key}>{inline(token)}</Fragment>)
}

function inline(token: Token): ReactNode {
  switch (token.type) {
    case 'strong':
      return <strong>{inlines((token as Tokens.Strong).tokens)}</strong>
    case 'em':
      return <em>{inlines((token as Tokens.Em).tokens)}</em>
    case 'del':
      return <del>{inlines((token as Tokens.Del).tokens)}</del>
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>
    case 'br':
      return <br />
    case 'link':
      return link(token as Tokens.Link)
    case 'image':
      return (token as Tokens.Image).text
    case 'escape':
      return (token as Tokens.Escape).text
    case 'text': {
      const { tokens, text } = token as Tokens.Text
      return tokens === undefined ? text : inlines(tokens)
    }
    default:
      return token.raw
  }
}

function link({ href, tokens }: Tokens.Link): ReactNode {
  const text = inlines(tokens)
  if (!/^https?:\/\//i.test(href)) return text
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
      {text}
    </a>
  )
}
