import { SwitchField } from '@/components/ui/field'

import { useBuilder, useSet } from '../context'
import type { Orders as OrdersSpec } from '../model/spec'
import { Choice, wordsOf } from '../parts/choice'
import { FieldRow } from '../parts/field-row'
import { ProblemList } from '../parts/problem-list'
import { Section } from '../parts/section'
import styles from './sections.module.css'

const USUAL: OrdersSpec = {
  entry: 'limit',
  exit: 'limit',
  stop_loss: 'market',
  stop_on_exchange: false,
}
const NAMES = [
  ['entry', 'Entry'],
  ['exit', 'Exit'],
  ['stop_loss', 'Stop loss'],
] as const

/** Which orders are placed. */
export function Orders() {
  const { spec } = useBuilder()
  const change = useSet('orders')
  const { orders } = spec
  return (
    <Section
      title="Orders"
      summary={orders === undefined ? 'Freqtrade’s usual ones' : 'of its own'}
      path="orders"
    >
      <SwitchField
        label="Orders of its own"
        checked={orders !== undefined}
        onChange={(event) => change(event.target.checked ? USUAL : undefined)}
      />
      {orders !== undefined && (
        <div className={styles['fields']}>
          {NAMES.map(([name, text]) => (
            <FieldRow key={name} name={text}>
              <Choice
                label={`Order of ${text.toLowerCase()}`}
                value={orders[name]}
                options={wordsOf(['limit', 'market'])}
                onChange={(type) => change({ ...orders, [name]: type })}
              />
            </FieldRow>
          ))}
          <SwitchField
            label="The stop loss lies on the exchange"
            checked={orders.stop_on_exchange}
            onChange={(event) => change({ ...orders, stop_on_exchange: event.target.checked })}
          />
          <ProblemList path="orders" />
        </div>
      )}
    </Section>
  )
}
