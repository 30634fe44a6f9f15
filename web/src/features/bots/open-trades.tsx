import { Button } from '@/components/ui/button'
import { Change } from '@/components/ui/change'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Table } from '@/components/ui/table'
import { toast } from '@/components/ui/toast'
import {
  formatAgo,
  formatPrice,
  formatSignedMoney,
  formatSignedPercent,
  plural,
} from '@/lib/format'

import { useForceExit } from './api'
import styles from './bots.module.css'
import type { Bot, OpenTrade } from './schemas'

const NUMBERS = ['Opened at', 'Now', 'Stop', 'Profit']

/** The trades that are open now, each with a way out of it. */
export function OpenTrades({ bot }: { bot: Bot }) {
  const trades = bot.figures?.openTrades ?? []
  const exiting = useForceExit(bot.id)
  const exit = (trade: number | null) =>
    exiting.mutate(trade, { onSuccess: () => toast('The bot is told to sell.') })
  const canExit = bot.wanted !== 'stopped'
  return (
    <Panel
      title={trades.length === 0 ? 'No open trades' : plural(trades.length, 'open trade')}
      isFlush={trades.length > 0}
      actions={
        canExit &&
        trades.length > 1 && (
          <Button isPending={exiting.isPending} onClick={() => exit(null)}>
            Exit all
          </Button>
        )
      }
    >
      {exiting.error !== null && <Problem error={exiting.error} />}
      {trades.length === 0 ? (
        <p className={styles['muted']}>The bot holds nothing.</p>
      ) : (
        <Table caption="Open trades">
          <thead>
            <tr>
              <th scope="col">Pair</th>
              {NUMBERS.map((name) => (
                <th key={name} scope="col" data-kind="number">
                  {name}
                </th>
              ))}
              <th scope="col">
                <span className="visually-hidden">Exit</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {trades.map((trade) => (
              <TradeRow
                key={trade.number}
                trade={trade}
                currency={bot.stakeCurrency}
                onExit={canExit ? () => exit(trade.number) : null}
              />
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  )
}

interface TradeRowProps {
  trade: OpenTrade
  currency: string
  onExit: (() => void) | null
}

function TradeRow({ trade, currency, onExit }: TradeRowProps) {
  return (
    <tr>
      <th scope="row">
        {trade.pair}
        <p className={styles['muted']}>
          {formatAgo(trade.openedAt)}
          {trade.tag === '' ? '' : `, ${trade.tag}`}
        </p>
      </th>
      <td data-kind="number">{formatPrice(trade.openRate)}</td>
      <td data-kind="number">{formatPrice(trade.rate)}</td>
      <td data-kind="number">{formatPrice(trade.stop)}</td>
      <td data-kind="number">
        <Change value={trade.profit} text={formatSignedPercent(trade.profitRatio)} />
        <p className={styles['muted']}>{formatSignedMoney(trade.profit, currency)}</p>
      </td>
      <td>
        {onExit !== null && (
          <Button aria-label={`Exit ${trade.pair}, trade ${trade.number}`} onClick={onExit}>
            Exit now
          </Button>
        )}
      </td>
    </tr>
  )
}
