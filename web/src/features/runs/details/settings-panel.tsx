import columns from '@/components/ui/columns.module.css'
import { Panel } from '@/components/ui/panel'
import { formatDateTime, formatDuration, formatMoney } from '@/lib/format'

import type { Run, Summary } from '../schemas'
import styles from './details.module.css'

type Fact = readonly [name: string, value: string]

/** Exactly what was run: what was asked for, and what Freqtrade says it used. */
export function SettingsPanel({ run, summary }: { run: Run; summary: Summary }) {
  const { settings } = summary.reported
  const used = Object.entries(settings).map(([name, value]): Fact => [sentence(name), plain(value)])
  return (
    <div className={columns['pair']}>
      <Panel title="Asked for">
        <Facts facts={askedFor(run)} />
      </Panel>
      <Panel
        title="Used by Freqtrade"
        note="As it reports them; the strategy’s own settings included"
      >
        <Facts facts={used} />
      </Panel>
    </div>
  )
}

function askedFor({ spec, strategy, timings, attempt, createdAt }: Run): Fact[] {
  const seconds = Object.values(timings).reduce((total, value) => total + value, 0)
  return [
    ['Strategy', `${strategy.name}, version ${strategy.version} (${strategy.className})`],
    ['Exchange', `${spec.exchange}, ${spec.tradingMode}`],
    ['Pairs', spec.pairs.join(', ')],
    ['Timeframe', spec.timeframe],
    ['Detail timeframe', spec.timeframeDetail ?? 'none'],
    ['From', `${formatDateTime(spec.start)} UTC`],
    ['Until', `${formatDateTime(spec.end)} UTC, exclusive`],
    ['Wallet', formatMoney(Number(spec.wallet), spec.stakeCurrency)],
    [
      'Stake',
      spec.stakeAmount === null
        ? 'the wallet, divided by the open trades'
        : formatMoney(Number(spec.stakeAmount), spec.stakeCurrency),
    ],
    ['Open trades at most', String(spec.maxOpenTrades)],
    ['Fee', spec.fee === null ? 'the exchange’s own' : `${Number(spec.fee) * 100} %`],
    ['Protections', spec.enableProtections ? 'on' : 'off'],
    ['Started', `${formatDateTime(createdAt)} UTC`],
    [
      'Took',
      `${formatDuration(seconds)} in ${attempt === 1 ? 'one attempt' : `${attempt} attempts`}`,
    ],
  ]
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function sentence(name: string): string {
  const words = name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  return JSON.stringify(value)
}
