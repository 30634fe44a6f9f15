import { SIDES } from './inputs'
import type { Group } from './metric'
import { formatValue } from './format'
import type { MetricRow } from './table'

export type MetricTable = readonly { group: Group; rows: readonly MetricRow[] }[]

const HEAD = ['All', 'Long', 'Short']

function cells(row: MetricRow, currency: string): string[] {
  return SIDES.map((side) => formatValue(row.values[side], row.metric.unit, currency))
}

/** The table as Markdown. */
export function toMarkdown(title: string, table: MetricTable, currency: string): string {
  const escape = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|')
  const parts = table.map(({ group, rows }) => {
    const lines = rows.map(
      (row) => `| ${[row.metric.name, ...cells(row, currency)].map(escape).join(' | ')} |`,
    )
    return [
      `## ${group}`,
      '',
      `| Metric | ${HEAD.join(' | ')} |`,
      '| --- | ---: | ---: | ---: |',
      ...lines,
    ].join('\n')
  })
  return [`# ${title}`, ...parts].join('\n\n') + '\n'
}

/** The table as CSV: plain numbers, fractions for percent, seconds for durations. */
export function toCsv(table: MetricTable): string {
  const lines = table.flatMap(({ group, rows }) =>
    rows.map(({ metric, values, isVerified }) =>
      [
        group,
        metric.id,
        metric.name,
        metric.unit,
        ...SIDES.map((side) => values[side] ?? ''),
        isVerified.all ? 'yes' : 'no',
        metric.formula,
      ]
        .map(quoted)
        .join(','),
    ),
  )
  return ['group,id,name,unit,all,long,short,verified,formula', ...lines].join('\n') + '\n'
}

// A spreadsheet must not take a text for a formula: it gets an apostrophe in front.
function quoted(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+@\-\t\r]/.test(value) ? `'${value}` : value
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
