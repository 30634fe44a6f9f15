import { formatDate, plural } from '@/lib/format'

import type { Run } from './schemas'

const LAST_MOMENT_MS = 1

/** What was run, in a sentence. */
export function RunSentence({ run: { spec } }: { run: Pick<Run, 'spec'> }) {
  // The end is exclusive: name the last day that is in it.
  const last = new Date(spec.end).getTime() - LAST_MOMENT_MS
  const pairs = spec.pairs.length <= 3 ? spec.pairs.join(', ') : plural(spec.pairs.length, 'pair')
  return (
    <>
      {pairs} on {spec.exchange} ({spec.tradingMode}), {spec.timeframe} candles from{' '}
      {formatDate(spec.start)} to {formatDate(last)}, starting with {spec.wallet}{' '}
      {spec.stakeCurrency}.
    </>
  )
}
