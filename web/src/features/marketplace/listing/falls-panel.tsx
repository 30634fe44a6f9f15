import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import { formatDate, formatDuration, formatPercent } from '@/lib/format'

import styles from './listing.module.css'
import type { Fall, Result } from './result-schemas'

const WORST = 5

/** The deepest falls of both times: what one would have had to sit through. */
export function FallsPanel({ result }: { result: Result }) {
  const falls = [
    ...result.inSample.drawdowns.map((fall) => ({ ...fall, isProof: false })),
    ...(result.outOfSample?.drawdowns ?? []).map((fall) => ({ ...fall, isProof: true })),
  ]
    .sort((a, b) => b.ratio - a.ratio)
    .slice(0, WORST)
  return (
    <Panel title="Worst drawdowns" note="What you would have had to sit through" isFlush>
      {falls.length === 0 ? (
        <p>It never fell.</p>
      ) : (
        <Table className={styles['compact']} caption="The deepest drawdowns">
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col" data-kind="number">
                Depth
              </th>
              <th scope="col" data-kind="number">
                To the low
              </th>
              <th scope="col" data-kind="number">
                Until made good
              </th>
            </tr>
          </thead>
          <tbody>
            {falls.map((fall) => (
              <tr key={fall.start}>
                <th scope="row">
                  {formatDate(fall.start)}
                  {fall.isProof && ', since publication'}
                </th>
                <td data-kind="number">−{formatPercent(fall.ratio)}</td>
                <td data-kind="number">{formatDuration((fall.low - fall.start) / 1000)}</td>
                <td data-kind="number">{madeGood(fall)}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  )
}

function madeGood({ start, end }: Fall): string {
  return end === null ? 'not yet' : formatDuration((end - start) / 1000)
}
