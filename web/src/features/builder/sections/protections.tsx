import { SwitchField } from '@/components/ui/field'

import conditions from '../conditions/conditions.module.css'
import { useBuilder, useSet } from '../context'
import { insert } from '../model/paths'
import type { Num, Protection } from '../model/spec'
import { BlockMenu } from '../parts/block-menu'
import { NumControl } from '../parts/num-control'
import { ProblemList } from '../parts/problem-list'
import { RemoveButton } from '../parts/removable'
import { Section } from '../parts/section'
import styles from './sections.module.css'

const NEW: readonly (readonly [string, string, Protection])[] = [
  ['Cooldown', 'After a trade the pair rests.', { kind: 'cooldown', stop: 5 }],
  [
    'After stop losses',
    'Too many stop losses pause trading.',
    { kind: 'stop_guard', lookback: 48, trades: 4, stop: 12, per_pair: false },
  ],
  [
    'After a drawdown',
    'A deep drawdown pauses trading.',
    { kind: 'drawdown_guard', lookback: 96, trades: 10, stop: 24, drawdown: 0.2 },
  ],
  [
    'Low profit',
    'A pair that earns too little rests.',
    { kind: 'low_profit_guard', lookback: 96, trades: 4, stop: 48, profit: 0.02 },
  ],
]

const TITLES: Record<Protection['kind'], string> = {
  cooldown: 'cooldown',
  stop_guard: 'stop losses',
  drawdown_guard: 'drawdown',
  low_profit_guard: 'low profit',
}

/** When trading pauses. */
export function Protections() {
  const { spec, edit } = useBuilder()
  const items = spec.protections
  return (
    <Section
      title="Protections"
      summary={items.length === 0 ? 'none' : items.map(({ kind }) => TITLES[kind]).join(', ')}
      path="protections"
    >
      {items.map((item, index) => (
        <ProtectionCard key={index} index={index} item={item} />
      ))}
      <div className={conditions['adders']}>
        <BlockMenu
          label="Add a protection"
          className={conditions['add']}
          items={NEW.map(([text, detail, made]) => ({
            text,
            detail,
            onChoose: () =>
              edit((before) => insert(before, 'protections', before.protections.length, made)),
          }))}
        >
          + Protection
        </BlockMenu>
      </div>
    </Section>
  )
}

function ProtectionCard({ index, item }: { index: number; item: Protection }) {
  const path = `protections.${index}`
  const title = TITLES[item.kind]
  const count = (name: 'stop' | 'lookback' | 'trades') => (
    <NumControl
      path={`${path}.${name}`}
      label={`${COUNTS[name]} of ${title}`}
      value={name in item ? (item as Record<typeof name, Num>)[name] : 0}
      wish={{ name, low: 1, high: 1_000, isWhole: true, space: 'protection' }}
    />
  )
  return (
    <div className={styles['card']}>
      <div className={styles['row']}>
        {item.kind === 'cooldown' && <>After a trade, pause the pair for {count('stop')} candles</>}
        {item.kind === 'stop_guard' && (
          <>
            After {count('trades')} stop losses within {count('lookback')} candles, pause for{' '}
            {count('stop')} candles
          </>
        )}
        {item.kind === 'drawdown_guard' && (
          <>
            After a drawdown of{' '}
            <NumControl
              path={`${path}.drawdown`}
              label="Drawdown"
              value={item.drawdown}
              isShare
              wish={{
                name: 'drawdown',
                low: 0.01,
                high: 0.99,
                isWhole: false,
                space: 'protection',
              }}
            />{' '}
            over {count('trades')} trades within {count('lookback')} candles, pause for{' '}
            {count('stop')} candles
          </>
        )}
        {item.kind === 'low_profit_guard' && (
          <>
            After {count('trades')} trades within {count('lookback')} candles with less than{' '}
            <NumControl
              path={`${path}.profit`}
              label="Profit"
              value={item.profit}
              isShare
              wish={{ name: 'profit', low: -0.5, high: 0.5, isWhole: false, space: 'protection' }}
            />{' '}
            profit, pause the pair for {count('stop')} candles
          </>
        )}
        <span className={styles['space']} />
        <RemoveButton path={path} label={`the protection ${title}`} />
      </div>
      {item.kind === 'stop_guard' && <PerPair path={`${path}.per_pair`} value={item.per_pair} />}
      <ProblemList path={path} />
    </div>
  )
}

const COUNTS = { stop: 'Pause', lookback: 'Candles', trades: 'Trades' } as const

function PerPair({ path, value }: { path: string; value: boolean }) {
  const change = useSet(path)
  return (
    <SwitchField
      label="Each pair by itself"
      checked={value}
      onChange={(event) => change(event.target.checked)}
    />
  )
}
