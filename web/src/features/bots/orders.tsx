import { useInfiniteQuery } from '@tanstack/react-query'

import { Badge, type Tone } from '@/components/ui/badge'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { More, Table } from '@/components/ui/table'
import { formatDateTime, formatPrice } from '@/lib/format'

import { botQueries } from './api'
import styles from './bots.module.css'
import type { Bot, Order } from './schemas'

const REFRESH_MS = 5_000
const STATES: Record<Order['state'], readonly [string, Tone]> = {
  intended: ['being sent', 'info'],
  open: ['open', 'info'],
  closed: ['filled', 'gain'],
  cancelled: ['cancelled', 'neutral'],
  rejected: ['refused', 'loss'],
  lost: ['never arrived', 'warning'],
}
const PURPOSES: Record<Order['purpose'], string> = {
  entry: 'Entry',
  exit: 'Exit',
  stop: 'Stop',
  close_all: 'Close all',
}
const NUMBERS = ['Amount', 'Price', 'Filled', 'Fee']

/** The journal: every order, written down before it was sent. */
export function Orders({ bot }: { bot: Bot }) {
  const orders = useInfiniteQuery({
    ...botQueries.orders(bot.id),
    refetchInterval: bot.wanted === 'stopped' ? false : REFRESH_MS,
  })
  if (orders.data === undefined) {
    return orders.error === null ? (
      <Loading label="Orders are loading">
        <Skeleton height="12rem" />
      </Loading>
    ) : (
      <Problem error={orders.error} onRetry={() => void orders.refetch()} />
    )
  }
  const items = orders.data.pages.flatMap((page) => page.items)
  return (
    <Panel title="Orders" note="Each is written down before it is sent." isFlush={items.length > 0}>
      {items.length === 0 ? (
        <p className={styles['muted']}>
          {bot.mode === 'paper' || bot.mode === 'signals'
            ? 'This bot sends no orders.'
            : 'No order was sent yet.'}
        </p>
      ) : (
        <OrderTable orders={items} />
      )}
      <More of={orders} className={styles['more']}>
        Show older ones
      </More>
    </Panel>
  )
}

function OrderTable({ orders }: { orders: readonly Order[] }) {
  return (
    <Table caption="Orders, the newest first, times in UTC">
      <thead>
        <tr>
          <th scope="col">Order</th>
          <th scope="col">State</th>
          {NUMBERS.map((name) => (
            <th key={name} scope="col" data-kind="number">
              {name}
            </th>
          ))}
          <th scope="col">Changed</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <OrderRow key={order.clientOrderId} order={order} />
        ))}
      </tbody>
    </Table>
  )
}

function OrderRow({ order }: { order: Order }) {
  const [text, tone] = STATES[order.state]
  const average = order.filled > 0 ? order.cost / order.filled : order.price
  return (
    <tr>
      <th scope="row">
        {PURPOSES[order.purpose]} {order.pair}
        <p className={styles['muted']}>
          {order.side} {order.type.replaceAll('_', ' ')}, {order.clientOrderId}
        </p>
      </th>
      <td>
        <Badge tone={tone}>{text}</Badge>
        {order.message !== '' && <p className={styles['muted']}>{order.message}</p>}
      </td>
      <td data-kind="number">{formatPrice(order.amount)}</td>
      <td data-kind="number">{formatPrice(average)}</td>
      <td data-kind="number">{formatPrice(order.filled)}</td>
      <td data-kind="number">
        {order.fee === 0 ? '–' : `${formatPrice(order.fee)} ${order.feeCurrency}`}
      </td>
      <td>{order.updatedAt === null ? '–' : formatDateTime(order.updatedAt)}</td>
    </tr>
  )
}
