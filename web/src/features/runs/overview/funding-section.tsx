import { formatDateTime, formatNumber, formatSignedMoney, plural } from '@/lib/format'

import type { Certificate, Funding } from './certificate'
import { missingInCell, MissingOfTrades, sumOfMissing } from './missing-funding'
import styles from './overview.module.css'
import { PairCounts } from './pair-counts'

interface PairFunding extends Funding {
  pair: string
}

type Column = readonly [string, (of: PairFunding) => number | string]

const columns = (currency: string): Column[] => [
  ['Due', (of) => of.due],
  ['Counted as 0', (of) => of.uncounted],
  [`Lacked, ${currency}`, (of) => missingInCell(of.ofTrades, currency)],
  ['At an older price', (of) => of.atOlderPrice],
  ['Rates missing', (of) => of.rates.missing],
  ['Mark prices missing', (of) => of.markPrices.missing],
]

/** What is missing of the funding of futures; nothing for spot, or where a result is older than this. */
export function FundingSection({
  certificate,
  currency,
}: {
  certificate: Certificate
  currency: string
}) {
  const pairs = certificate.pairs.flatMap(({ pair, funding }) =>
    funding === null ? [] : [{ pair, ...funding }],
  )
  if (pairs.length === 0) return null
  return (
    <>
      <PairCounts
        label="Funding of each pair"
        heading="Funding of"
        columns={columns(currency)}
        pairs={pairs}
      />
      <Assumed pairs={pairs} />
      <Uncounted pairs={pairs} certificate={certificate} currency={currency} />
      <OlderPrices pairs={pairs} />
      <MissingOfTrades
        of={sumOfMissing(pairs.flatMap(({ ofTrades }) => ofTrades ?? []))}
        currency={currency}
      />
      <Gaps pairs={pairs} />
    </>
  )
}

function Assumed({ pairs }: { pairs: PairFunding[] }) {
  const assumed = pairs.filter(({ assumedIntervalS }) => assumedIntervalS !== null)
  const [first] = assumed
  if (first === undefined) return null
  const hours = (first.assumedIntervalS ?? 0) / 3600
  return (
    <p>
      Interval assumed: {formatNumber(hours, 0)} h. There are too few rates of{' '}
      {assumed.map(({ pair }) => pair).join(', ')} to tell how often funding was due.
    </p>
  )
}

function Uncounted({
  pairs,
  certificate: { profit, byReason },
  currency,
}: {
  pairs: PairFunding[]
  certificate: Certificate
  currency: string
}) {
  const times = total(pairs, (of) => of.uncounted)
  if (times === 0) return null
  const touched = byReason['funding_missing']
  return (
    <p>
      <strong>{plural(times, 'funding payment')} could not be counted</strong>, because the rate or
      the mark price is missing. Freqtrade takes such funding as 0 and says nothing: a position that
      would have paid it looks better here than it was.{' '}
      {touched === undefined
        ? 'No trade was open then.'
        : `Trades that were open then: ${formatNumber(touched.trades, 0)}. They made ${formatSignedMoney(touched.profit, currency)}; without them the net profit is ${formatSignedMoney(profit.all - touched.profit, currency)}.`}
    </p>
  )
}

function OlderPrices({ pairs }: { pairs: PairFunding[] }) {
  const times = total(pairs, (of) => of.atOlderPrice)
  if (times === 0) return null
  return (
    <p>
      {plural(times, 'funding payment')} {times === 1 ? 'was' : 'were'} counted at the last mark
      price before a gap.
    </p>
  )
}

function Gaps({ pairs }: { pairs: PairFunding[] }) {
  const gaps = pairs.flatMap(({ pair, rates, markPrices }) => [
    ...rates.gaps.map((gap) => ({ pair, what: 'funding rate', ...gap })),
    ...markPrices.gaps.map((gap) => ({ pair, what: 'mark price', ...gap })),
  ])
  if (gaps.length === 0) return null
  return (
    <details className={styles['twin']}>
      <summary>What is missing of the funding</summary>
      <ul>
        {gaps.map(({ pair, what, start, until, missing }) => (
          <li key={`${pair} ${what} ${String(start)}`}>
            {pair}: {plural(missing, what)} from {formatDateTime(start)} to {formatDateTime(until)}
          </li>
        ))}
      </ul>
    </details>
  )
}

const total = (pairs: PairFunding[], count: (of: PairFunding) => number) =>
  pairs.reduce((sum, of) => sum + count(of), 0)
