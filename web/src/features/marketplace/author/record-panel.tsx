import { Figure, Figures } from '@/components/ui/figures'
import { formatNumber, formatSignedPercent, plural } from '@/lib/format'

import type { Spread, TrackRecord } from './api'

/** What became of all that somebody published. Nothing that they take away makes it better. */
export function RecordFigures({ record }: { record: TrackRecord }) {
  const { listings, withdrawn, suspended, versions, followed, failed, losing } = record
  return (
    <Figures>
      <Figure
        name="Published"
        about="Every strategy that was ever published counts, whatever became of it."
      >
        {formatNumber(listings, 0)}
        <small>{plural(versions, 'version')}</small>
      </Figure>
      <Figure
        name="Taken away"
        about="Withdrawn by the author, or taken down by a moderator. Their figures count all the same."
      >
        {formatNumber(withdrawn + suspended, 0)}
        <small>{plural(suspended, 'time')} by a moderator</small>
      </Figure>
      <Figure
        name="Left its range"
        about="Versions whose profit after publication lies outside what their trades before it let expect."
      >
        {formatNumber(failed, 0)}
        <small>of {formatNumber(followed, 0)} that were followed</small>
      </Figure>
      <Figure name="Lost money" about="Versions with a loss since their publication.">
        {formatNumber(losing, 0)}
        <small>of {formatNumber(followed, 0)} that were followed</small>
      </Figure>
      <Figure
        name="Profit since publication"
        about="The middle one of all versions, and between what eight of ten of them lie."
      >
        {record.profit === null ? '–' : formatSignedPercent(record.profit.median)}
        <small>{between(record.profit, (value) => formatSignedPercent(value))}</small>
      </Figure>
      <Figure
        name="Sharpe since publication"
        about="Return for each unit of fluctuation, for a year: the middle one of all versions."
      >
        {record.sharpe === null ? '–' : formatNumber(record.sharpe.median)}
        <small>{between(record.sharpe, (value) => formatNumber(value))}</small>
      </Figure>
    </Figures>
  )
}

function between(spread: Spread | null, text: (value: number) => string): string {
  if (spread === null) return 'nothing followed yet'
  return `${text(spread.low)} to ${text(spread.high)}`
}
