import { Badge, type Tone } from '@/components/ui/badge'
import { Panel } from '@/components/ui/panel'
import { Table } from '@/components/ui/table'
import { formatDateTime } from '@/lib/format'

import styles from './bots.module.css'
import type { Bot, Decision } from './schemas'
import { OUTCOME_WORDS } from './words'

const TONES: Record<Decision['outcome'], Tone> = {
  entered: 'gain',
  exited: 'info',
  in_trade: 'info',
  held_back: 'warning',
  no_data: 'loss',
  no_signal: 'neutral',
  signalled: 'info',
}

/** Why the bot did or did not trade on the last candle, pair by pair. */
export function Decisions({ bot }: { bot: Bot }) {
  const decisions = bot.figures?.decisions ?? []
  if (decisions.length === 0) {
    return (
      <Panel title="Last candle">
        <p className={styles['muted']}>Nothing was decided yet: the first candle must close.</p>
      </Panel>
    )
  }
  return (
    <Panel
      title="Last candle"
      note="Why it traded, or did not, when that candle had closed."
      isFlush
    >
      <Table caption="What was decided on the last candle of each pair, times in UTC">
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">Decided</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {decisions.map((item) => (
            <tr key={item.pair}>
              <th scope="row">
                {item.pair}
                <p className={styles['muted']}>opened {formatDateTime(item.candle)}</p>
              </th>
              <td>
                <Badge tone={TONES[item.outcome]}>{OUTCOME_WORDS[item.outcome]}</Badge>
              </td>
              <td>{item.reason}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  )
}
