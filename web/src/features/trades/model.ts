/** An order of a trade: when it filled, how much of the base currency, at which price. */
export interface OrderRow {
  at: number
  isEntry: boolean
  amount: number
  price: number
  tag: string | null
  realised: number
}

/** A trade as the run's data has it. Times in milliseconds UTC, ratios as fractions. */
export interface TradeFacts {
  number: number
  closingNumber: number | null
  pair: string
  isShort: boolean
  leverage: number
  openedAt: number
  closedAt: number | null
  openRate: number
  closeRate: number | null
  amount: number
  stake: number
  profit: number | null
  profitRatio: number | null
  runUp: number
  drawdown: number
  feeOpen: number
  feeClose: number
  enterTag: string | null
  exitReason: string | null
  orders: readonly OrderRow[]
}

/** The same with what follows from it. */
export interface TradeRow extends TradeFacts {
  /** The sum of all profits up to this one, in the order of closing; null while it is open. */
  cumulative: number | null
  /** Of all its orders, in stake currency. */
  fees: number
  /** Seconds; null while it is open. */
  duration: number | null
}

export function toRows(trades: readonly TradeFacts[]): TradeRow[] {
  const closed = trades.filter((trade) => trade.closedAt !== null)
  closed.sort((a, b) => (a.closingNumber ?? 0) - (b.closingNumber ?? 0))
  const sums = new Map<number, number>()
  let sum = 0
  for (const { number, profit } of closed) {
    sum += profit ?? 0
    sums.set(number, sum)
  }
  return trades.map((trade) => ({
    ...trade,
    cumulative: sums.get(trade.number) ?? null,
    fees: feesOf(trade),
    duration: trade.closedAt === null ? null : (trade.closedAt - trade.openedAt) / 1000,
  }))
}

function feesOf({ orders, feeOpen, feeClose }: TradeFacts): number {
  return orders.reduce(
    (sum, order) => sum + order.amount * order.price * (order.isEntry ? feeOpen : feeClose),
    0,
  )
}
