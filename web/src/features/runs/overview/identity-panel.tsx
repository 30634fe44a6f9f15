import { Panel } from '@/components/ui/panel'
import { plural } from '@/lib/format'

import type { Run, Summary } from '../schemas'
import styles from './overview.module.css'

/** What makes this run the same as another: its identity, and what was not recomputed. */
export function IdentityPanel({ run, summary }: { run: Run; summary: Summary }) {
  return (
    <Panel title="Run identity" note="Two runs with the same identity have the same trades">
      <div className={styles['text']}>
        <dl className={styles['facts']}>
          <dt>Identity</dt>
          <dd>
            <code>{run.identity}</code>
          </dd>
          <dt>Candles</dt>
          <dd>
            revision <code>{run.candleRevision.slice(0, 16)}…</code>
          </dd>
          <dt>Engine</dt>
          <dd>{run.engine}</dd>
          <dt>Code</dt>
          <dd>
            {run.strategy.className}, version {run.strategy.version}
          </dd>
          {run.servedFrom !== null && (
            <>
              <dt>Served from</dt>
              <dd>the stored result of an identical run</dd>
            </>
          )}
        </dl>
        <p>
          Every order was held against Candlewick’s own candles, and every trade and figure
          recomputed from them. Not recomputed, but as Freqtrade reports it:{' '}
          {summary.notRecomputed.map(readable).join(', ')}.
        </p>
        {summary.leftOpen.length > 0 && (
          <p>
            {plural(summary.leftOpen.length, 'position')} stayed open at the end (
            {summary.leftOpen.map((each) => each.pair).join(', ')}); the balance counts them at
            their last price.
          </p>
        )}
      </div>
    </Panel>
  )
}

const readable = (name: string) => name.replaceAll('_', ' ')
