import { Trophy } from 'lucide-react'

import { Table } from '@/components/ui/table'

import styles from './compare.module.css'
import { bestOf, type Metric, METRICS } from './metrics'
import { type ComparedRun, letterOf } from './model'

/** Metrics side by side; the best of each row is marked by an icon and by weight. */
export function MetricsTable({ runs }: { runs: readonly ComparedRun[] }) {
  return (
    <Table caption="Metrics of the compared runs">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          {runs.map((run, index) => (
            <th key={run.id} scope="col" data-kind="number">
              <abbr title={run.name}>{letterOf(index)}</abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {METRICS.map((metric) => (
          <MetricRow key={metric.figure} metric={metric} runs={runs} />
        ))}
      </tbody>
    </Table>
  )
}

function MetricRow({ metric, runs }: { metric: Metric; runs: readonly ComparedRun[] }) {
  const values = runs.map((run) => run.figures?.[metric.figure])
  const best = bestOf(metric, values)
  return (
    <tr>
      <th scope="row">{metric.title}</th>
      {runs.map((run, index) => (
        <td
          key={run.id}
          data-kind="number"
          className={best.has(index) ? styles['best'] : undefined}
        >
          {best.has(index) && (
            <>
              <Trophy size={12} aria-hidden className={styles['trophy']} />
              <span className="visually-hidden">Best: </span>
            </>
          )}
          {metric.format(values[index])}
        </td>
      ))}
    </tr>
  )
}
