import { useQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'

import { Badge } from '@/components/ui/badge'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { formatDateTime, formatPercent, formatSignedMoney, plural } from '@/lib/format'

import type { Run } from '../schemas'
import { type Certificate, certificateQuery } from './certificate'
import { FundingSection } from './funding-section'
import { missingInShort } from './missing-funding'
import styles from './overview.module.css'
import { PairCounts } from './pair-counts'

const REASONS: Readonly<Record<string, string>> = {
  gap: 'candles are missing while it was open',
  filled_in_gap: 'an order filled where candles are missing',
  filled_without_volume: 'an order filled in a candle without volume',
  jump: 'the price jumped while it was open',
  filled_in_spike: 'an order filled in a candle that reaches far beyond its neighbours',
  funding_missing: 'funding was due while it was open and was counted as 0',
  mark_price_missing: 'funding was counted at an older mark price',
}

/** What the candles under the run are like, and of futures the funding. */
export function CertificatePanel({ run }: { run: Run }) {
  const { data, error, refetch } = useQuery(certificateQuery(run.id))
  return (
    <Panel
      title="Data certificate"
      note="What the candles and the funding under this run are like"
      actions={data !== undefined && <Verdict certificate={data} />}
    >
      {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <Loading label="The certificate is loading">
          <Skeleton height="12rem" />
        </Loading>
      )}
      {data !== undefined && <CertificateBody certificate={data} run={run} />}
    </Panel>
  )
}

function Verdict({ certificate }: { certificate: Certificate }) {
  const affected = certificate.affectedTrades.length
  return affected === 0 ? (
    <Badge tone="gain" icon={CircleCheck}>
      No trade rests on bad data
    </Badge>
  ) : (
    <Badge tone="warning" icon={TriangleAlert}>
      {plural(affected, 'trade')} on bad data
    </Badge>
  )
}

function CertificateBody({ certificate, run }: { certificate: Certificate; run: Run }) {
  const { profit, affectedTrades } = certificate
  const currency = run.spec.stakeCurrency
  return (
    <div className={styles['text']}>
      <Candles certificate={certificate} />
      <FundingSection certificate={certificate} currency={currency} />
      {affectedTrades.length > 0 && (
        <>
          <p>
            Net profit {formatSignedMoney(profit.all, currency)}; without the{' '}
            {plural(affectedTrades.length, 'trade')} on bad data{' '}
            {formatSignedMoney(profit.unaffected, currency)}.
          </p>
          <details className={styles['twin']}>
            <summary>The {plural(affectedTrades.length, 'trade')}</summary>
            <ul>
              {affectedTrades.map((trade) => (
                <li key={trade.number}>
                  #{trade.number} {trade.pair}, {formatDateTime(trade.openedAt)}:{' '}
                  {trade.reasons.map((reason) => REASONS[reason] ?? reason).join('; ')}
                  {trade.missingFunding !== null &&
                    `; it lacks ${missingInShort(trade.missingFunding, currency)}`}
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </div>
  )
}

function Candles({ certificate }: { certificate: Certificate }) {
  return (
    <PairCounts
      label="Candles of each pair"
      heading="Pair"
      columns={[
        ['Candles', (of) => of.candles],
        ['Missing', (of) => of.missing],
        ['Gaps', (of) => of.gapCount],
        ['Without volume', (of) => of.zeroVolume],
        [`Jumps ≥ ${formatPercent(certificate.jumpRatio, 0)}`, (of) => of.jumpCount],
      ]}
      pairs={certificate.pairs}
    />
  )
}
