import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

import { Mark } from '@/components/layout/brand'
import { ButtonLink } from '@/components/ui/button'
import { Change } from '@/components/ui/change'
import { formatDate, formatPercent, formatSignedPercent } from '@/lib/format'

import styles from './landing.module.css'
import { SampleChart } from './sample-chart'
import sample from './sample-result.json'

const PROMISES = [
  'Every figure is recomputed from the trades and our own candles before you see it.',
  'Plain Freqtrade code: take your strategy with you, whenever you like.',
  'The same code in the cloud and on your laptop. Open source, GPL.',
]

/** What this is, in one screen. `tryIt` is the button that starts without an account. */
export function Landing({ tryIt }: { tryIt: ReactNode }) {
  return (
    <div className={styles['page']}>
      <header className={styles['top']}>
        <span className={styles['brand']}>
          <Mark size={28} />
          Candlewick
        </span>
        <ButtonLink to="/sign-in">Sign in</ButtonLink>
      </header>
      <main className={styles['hero']}>
        <div className={styles['words']}>
          <h1>From a trading idea to a result you can believe.</h1>
          <p className={styles['lead']}>
            Write a strategy, backtest it in seconds on honest candles, and see what it would really
            have done: after fees, at every candle, next to just holding.
          </p>
          <div className={styles['actions']}>
            {tryIt}
            <ButtonLink to="/sign-up">Make an account</ButtonLink>
          </div>
          <ul className={styles['promises']}>
            {PROMISES.map((promise) => (
              <li key={promise}>
                <Check size={16} aria-hidden />
                {promise}
              </li>
            ))}
          </ul>
        </div>
        <SampleResult />
      </main>
      <footer className={styles['foot']}>
        <span>A backtest is no promise: past prices say nothing certain about future ones.</span>
        <a href="/api/openapi.json">API</a>
        <Link to="/sign-in">Sign in</Link>
      </footer>
    </div>
  )
}

function SampleResult() {
  const { headline } = sample
  const last = sample.market.at(-1) ?? 1
  const days = `${formatDate(sample.start)} to ${formatDate(sample.end)}`
  return (
    <section className={styles['card']} aria-label="A real result">
      <div className={styles['cardHead']}>
        <span className={styles['cardTitle']}>
          {sample.strategy} on {sample.pairs} pairs of {sample.exchange}
        </span>
        <span className={styles['note']}>
          {sample.timeframe}, {days}
        </span>
      </div>
      <dl className={styles['figures']}>
        <div>
          <dt>Profit</dt>
          <dd>
            <Change value={headline.profit} text={formatSignedPercent(headline.profit)} />
          </dd>
        </div>
        <div>
          <dt>Max. drawdown</dt>
          <dd>{formatPercent(headline.drawdown)}</dd>
        </div>
        <div>
          <dt>Trades</dt>
          <dd>{headline.trades}</dd>
        </div>
        <div>
          <dt>Won</dt>
          <dd>{formatPercent(headline.winRate, 1)}</dd>
        </div>
      </dl>
      <SampleChart
        equity={sample.equity}
        market={sample.market}
        label={`The wallet ended at ${formatSignedPercent(headline.profit)}, the mean of the pairs at ${formatSignedPercent(last - 1)}.`}
      />
      <p className={styles['legend']}>
        <span className={styles['note']}>— wallet</span>
        <span className={styles['note']}>╌ mean of the pairs {formatSignedPercent(last - 1)}</span>
        <span className={styles['note']}>
          A real run of Freqtrade’s sample strategy: identity {sample.identity.slice(0, 12)}
        </span>
      </p>
    </section>
  )
}
