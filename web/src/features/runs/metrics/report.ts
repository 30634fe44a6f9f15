/** A result as one HTML file without scripts: made of DOM nodes, so that no text can become markup. */

import type { Run } from '../schemas'

import { formatValue } from './format'
import type { MetricTable } from './export'
import { SIDES } from './inputs'

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f26}
table{width:100%;border-collapse:collapse;margin:0 0 1.5rem}th,td{padding:.25rem .5rem;border-bottom:1px solid #e2ded5;text-align:left}
td{text-align:right;font-variant-numeric:tabular-nums}h2{font-size:1rem;margin:1.5rem 0 .5rem}small{color:#5b626d;display:block}
tr{break-inside:avoid}@media print{body{margin:0}}`

interface Report {
  title: string
  /** What was run, in a sentence. */
  lead: string
  run: Run
  table: MetricTable
}

/** The report's source, for a file. */
export function reportHtml({ title, lead, run, table }: Report): string {
  const page = document.implementation.createHTMLDocument(title)
  const add = (parent: Element, name: string, text = ''): HTMLElement => {
    const element = page.createElement(name)
    element.textContent = text
    parent.append(element)
    return element
  }
  page.documentElement.lang = 'en'
  const meta = page.createElement('meta')
  meta.setAttribute('charset', 'utf-8')
  page.head.prepend(meta)
  add(page.head, 'style', STYLE)
  add(page.body, 'h1', title)
  add(page.body, 'p', lead)
  add(
    page.body,
    'p',
    `Identity ${run.identity}, engine ${run.engine}, candles ${run.candleRevision}.` +
      (run.isSimulated ? ' The market is simulated: its prices are made up.' : ''),
  )
  for (const { group, rows } of table) {
    add(page.body, 'h2', group)
    const element = add(page.body, 'table')
    const head = add(add(element, 'thead'), 'tr')
    for (const name of ['Metric', 'All', 'Long', 'Short']) add(head, 'th', name)
    const body = add(element, 'tbody')
    for (const { metric, values, isVerified } of rows) {
      const line = add(body, 'tr')
      const name = add(line, 'th', metric.name + (isVerified.all ? ' ✓' : ''))
      add(name, 'small', metric.formula)
      for (const side of SIDES) {
        add(line, 'td', formatValue(values[side], metric.unit, run.spec.stakeCurrency))
      }
    }
  }
  add(page.body, 'p', '✓ recomputed by Candlewick’s verifier from the platform’s own candles.')
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`
}
