import { Change } from '@/components/ui/change'
import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import { formatNumber, formatSignedPercent } from '@/lib/format'

import styles from './listing.module.css'
import { figureOf, type Result, type Stretch } from './result-schemas'

/** Every market by itself: a profit of one pair alone is luck more often than skill. */
export function PairsPanel({ result }: { result: Result }) {
  const before = pairsOf(result.inSample)
  const after = pairsOf(result.outOfSample)
  return (
    <Panel title="By market" note="Profit of closed trades, of the wallet at the start" isFlush>
      <Table
        className={styles['compact']}
        caption="Profit of each market before and since publication"
      >
        <thead>
          <tr>
            <th scope="col">Market</th>
            <th scope="col" data-kind="number">
              Trades
            </th>
            <th scope="col" data-kind="number">
              Before publication
            </th>
            <th scope="col" data-kind="number">
              Since publication
            </th>
          </tr>
        </thead>
        <tbody>
          {[...before].map(([pair, { trades, profit }]) => (
            <tr key={pair}>
              <th scope="row">{pair}</th>
              <td data-kind="number">{formatNumber(trades, 0)}</td>
              <Profit value={profit} />
              <Profit value={after.get(pair)?.profit ?? null} />
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}

function Profit({ value }: { value: number | null }) {
  return (
    <td data-kind="number">
      <Change value={value} text={formatSignedPercent(value)} />
    </td>
  )
}

interface OfPair {
  trades: number | null
  profit: number | null
}

function pairsOf(stretch: Stretch | null): Map<string, OfPair> {
  return new Map(
    stretch?.pairs.map(({ key, figures }) => [
      key,
      { trades: figureOf(figures, 'total_trades'), profit: figureOf(figures, 'profit_total') },
    ]),
  )
}
