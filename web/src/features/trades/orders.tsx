import { Table } from '@/components/ui/table'
import { formatDateTime, formatPrice, formatSignedMoney } from '@/lib/format'

import type { TradeRow } from './model'
import styles from './trades.module.css'

/** The filled orders of a trade. */
export function Orders({ row, currency }: { row: TradeRow; currency: string }) {
  return (
    <div className={styles['orders']}>
      <Table caption={`Orders of trade ${row.number}`}>
        <thead>
          <tr>
            <th scope="col">Filled</th>
            <th scope="col">Order</th>
            <th scope="col" data-kind="number">
              Amount
            </th>
            <th scope="col" data-kind="number">
              Price
            </th>
            <th scope="col" data-kind="number">
              Realised
            </th>
            <th scope="col">Tag</th>
          </tr>
        </thead>
        <tbody>
          {row.orders.map((order) => (
            <tr key={`${order.at}-${order.isEntry}-${order.amount}-${order.price}`}>
              <td>{formatDateTime(order.at)}</td>
              <td>{order.isEntry ? 'Entry' : 'Exit'}</td>
              <td data-kind="number">{formatPrice(order.amount)}</td>
              <td data-kind="number">{formatPrice(order.price)}</td>
              <td data-kind="number">
                {order.isEntry ? '–' : formatSignedMoney(order.realised, currency)}
              </td>
              <td>{order.tag ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  )
}
