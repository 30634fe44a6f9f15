import { Copy, Download, Printer, ShieldCheck } from 'lucide-react'
import { useMemo, useState } from 'react'

import { Button } from '@/components/ui/button'
import { TextField } from '@/components/ui/field'
import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import { toast } from '@/components/ui/toast'
import { saveFile } from '@/lib/save-file'

import type { WholeResult } from '../use-result'
import { type MetricTable, toCsv, toMarkdown } from './export'
import { formatValue } from './format'
import { inputsOf, SIDES } from './inputs'
import styles from './metrics-view.module.css'
import { reportHtml } from './report'
import { metricTable, type MetricRow, NOT_COMPUTED } from './table'

/** Every metric for all, long and short trades, with its formula one press away. */
export function MetricsView({ run, summary, trades, equity }: WholeResult) {
  const table = useMemo(
    () => metricTable(inputsOf(summary, trades, equity)),
    [summary, trades, equity],
  )
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const shown = table
    .map(({ group, rows }) => ({
      group,
      rows: rows.filter(({ metric }) => metric.name.toLowerCase().includes(wanted)),
    }))
    .filter(({ rows }) => rows.length > 0)
  return (
    <div className={styles['page']}>
      <div className={styles['bar']}>
        <TextField
          label="Find a metric"
          isLabelHidden
          placeholder="Find a metric"
          type="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Exports run={run} table={table} />
      </div>
      {shown.length === 0 && <p>No metric has this in its name.</p>}
      <div className={styles['groups']}>
        {shown.map(({ group, rows }) => (
          <Panel key={group} title={group} isFlush>
            <GroupTable name={group} rows={rows} currency={run.spec.stakeCurrency} />
          </Panel>
        ))}
        <Panel title="Not computed" note="What other tools show and this table leaves out">
          <dl className={styles['reasons']}>
            {NOT_COMPUTED.map(({ name, why }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{why}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </div>
    </div>
  )
}

interface GroupTableProps {
  name: string
  rows: readonly MetricRow[]
  currency: string
}

function GroupTable({ name, rows, currency }: GroupTableProps) {
  return (
    <Table caption={`${name}: metrics for all, long and short trades`}>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          {['All', 'Long', 'Short'].map((side) => (
            <th key={side} scope="col" data-kind="number">
              {side}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.metric.id}>
            <th scope="row">
              <Explained row={row} />
            </th>
            {SIDES.map((side) => (
              <td key={side} data-kind="number">
                {formatValue(row.values[side], row.metric.unit, currency)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

const BETTER = { higher: 'Higher is better.', lower: 'Lower is better.' } as const

// Native: a popover for each of a hundred lines would make the page slow to open.
function Explained({ row: { metric, isVerified } }: { row: MetricRow }) {
  return (
    <details className={styles['name']}>
      <summary>
        {metric.name}
        {isVerified.all && (
          <ShieldCheck size={12} role="img" aria-label="verified" className={styles['mark']} />
        )}
      </summary>
      <p>{metric.about}</p>
      <p>
        <code>{metric.formula}</code>
      </p>
      {metric.better !== null && <p>{BETTER[metric.better]}</p>}
      {isVerified.all && <p>Recomputed by the verifier.</p>}
    </details>
  )
}

function Exports({ run, table }: { run: WholeResult['run']; table: MetricTable }) {
  const title = `${run.strategy.name} v${run.strategy.version}`
  const { spec } = run
  const lead = `${spec.pairs.join(', ')} on ${spec.exchange} (${spec.tradingMode}), ${spec.timeframe}, ${spec.start} to ${spec.end} (exclusive), ${spec.wallet} ${spec.stakeCurrency}.`
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(toMarkdown(title, table, spec.stakeCurrency))
      toast('Copied as Markdown.')
    } catch {
      toast('The browser did not allow copying.')
    }
  }
  return (
    <div className={styles['buttons']}>
      <Button onClick={() => void copy()}>
        <Copy size={16} aria-hidden /> Copy as Markdown
      </Button>
      <Button onClick={() => saveFile(`metrics-${run.id}.csv`, 'text/csv', toCsv(table))}>
        <Download size={16} aria-hidden /> CSV
      </Button>
      <Button
        onClick={() =>
          saveFile(`report-${run.id}.html`, 'text/html', reportHtml({ title, lead, run, table }))
        }
      >
        <Download size={16} aria-hidden /> HTML report
      </Button>
      <Button onClick={() => window.print()}>
        <Printer size={16} aria-hidden /> Print or PDF
      </Button>
    </div>
  )
}
