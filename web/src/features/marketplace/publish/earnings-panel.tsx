import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Table } from '@/components/ui/table'
import { formatDateTime } from '@/lib/format'

import { earningsQuery } from './api'

/** What one's sold strategies brought; nothing at all for who sells none. */
export function EarningsPanel() {
  const { data, error, refetch } = useQuery(earningsQuery)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined || data.entries.length === 0) return null
  const owed = data.balances.map(({ amount, currency }) => `${amount} ${currency}`).join(', ')
  return (
    <Panel title="Earnings" note={`Owed to you: ${owed}. Buyers are not named.`} isFlush>
      <Table caption="What was earned, refunded and paid out">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Strategy</th>
            <th scope="col">When</th>
            <th scope="col" data-kind="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {data.entries.map(({ kind, at, listingId, amount, currency }) => (
            <tr key={at + kind + amount}>
              <th scope="row">{kind}</th>
              <td>
                {listingId !== null && (
                  <Link to="/marketplace/$listingId" params={{ listingId }}>
                    its page
                  </Link>
                )}
              </td>
              <td>{formatDateTime(at)} UTC</td>
              <td data-kind="number">
                {amount.replace('-', '−')} {currency}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}
