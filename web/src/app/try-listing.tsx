import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Dialog, DialogActions } from '@/components/ui/dialog'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { listingQueries } from '@/features/marketplace/listing/api'
import { tryListing, type TryRequest } from '@/features/marketplace/listing/changes'
import styles from '@/features/marketplace/marketplace.module.css'
import type { Listing, MarketSpec } from '@/features/marketplace/schemas'
import { type Coverage, marketDataQueries } from '@/features/new-backtest/api'
import { PairPicker } from '@/features/new-backtest/pair-picker'
import { commonRange, dayStart, toDate } from '@/features/new-backtest/plan'
import { RangePicker } from '@/features/new-backtest/range-picker'

const DAY_MS = 86_400_000
const DAYS = 90

interface TryListingProps {
  listing: Listing
  onClose: () => void
}

/** Asks for one's own pairs and days, and backtests somebody's strategy on them. */
export default function TryListing({ listing, onClose }: TryListingProps) {
  const spec = listing.version?.spec
  const coverage = useQuery({
    ...marketDataQueries.coverage(spec?.exchange ?? ''),
    enabled: spec !== undefined,
  })
  return (
    <Dialog title={`Try “${listing.title}”`} isOpen isWide onClose={onClose}>
      {coverage.isError ? (
        <Problem error={coverage.error} onRetry={() => void coverage.refetch()} />
      ) : coverage.data === undefined || spec === undefined ? (
        <Loading label="Loading the pairs">
          <Skeleton height="20rem" />
        </Loading>
      ) : (
        <TryForm
          listing={listing}
          spec={spec}
          files={fitting(coverage.data.items, spec)}
          onClose={onClose}
        />
      )}
    </Dialog>
  )
}

interface TryFormProps extends TryListingProps {
  spec: MarketSpec
  files: readonly Coverage[]
}

function TryForm({ listing, spec, files, onClose }: TryFormProps) {
  const navigate = useNavigate()
  const client = useQueryClient()
  const [pairs, setPairs] = useState(() =>
    files.map(({ pair }) => pair).filter((pair) => spec.pairs.includes(pair)),
  )
  const [range, setRange] = useState(() =>
    lastDays(files.filter(({ pair }) => pairs.includes(pair))),
  )
  const key = useIdempotencyKey()
  const starting = useMutation({
    mutationFn: (body: TryRequest) => tryListing(listing.id, body, key(JSON.stringify(body))),
    onSuccess: (runId) => {
      // Who has run it may review it.
      void client.invalidateQueries({ queryKey: listingQueries.of(listing.id) })
      void navigate({ to: '/backtests/$runId', params: { runId } })
    },
  })
  const start = () =>
    starting.mutate({
      exchange: spec.exchange,
      pairs,
      start: `${range.start}T00:00:00Z`,
      end: new Date(dayStart(range.end) + DAY_MS).toISOString(),
    })
  return (
    <form
      className={styles['stack']}
      onSubmit={(event) => {
        event.preventDefault()
        start()
      }}
    >
      <p>
        A backtest of your own: on your pairs and days, with {spec.wallet} {spec.stakeCurrency} and
        at most {spec.maxOpenTrades} open trades as its author has it. Nobody else sees it.
      </p>
      <PairPicker files={files} chosen={pairs} onChange={setPairs} error={undefined} />
      <RangePicker
        files={files.filter(({ pair }) => pairs.includes(pair))}
        start={range.start}
        end={range.end}
        onChange={(first, last) => setRange({ start: first, end: last })}
        errors={{ start: undefined, end: undefined }}
      />
      {starting.error !== null && <Problem error={starting.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          disabled={pairs.length === 0 || range.start === '' || range.end === ''}
          isPending={starting.isPending}
        >
          Run the backtest
        </Button>
      </DialogActions>
    </form>
  )
}

/** The candles that the strategy trades on. */
function fitting(files: readonly Coverage[], spec: MarketSpec): Coverage[] {
  return files.filter(
    (file) => file.timeframe === spec.timeframe && file.candleType === spec.tradingMode,
  )
}

function lastDays(files: readonly Coverage[]): { start: string; end: string } {
  const range = commonRange(files)
  if (range === null) return { start: '', end: '' }
  const last = Math.floor(range.until / DAY_MS) * DAY_MS - DAY_MS
  const first = Math.max(Math.ceil(range.start / DAY_MS) * DAY_MS, last - (DAYS - 1) * DAY_MS)
  return { start: toDate(Math.min(first, last)), end: toDate(last) }
}

/** One key per request: pressing twice, or again after a lost answer, starts one run. */
function useIdempotencyKey(): (body: string) => string {
  const last = useRef({ body: '', key: '' })
  return (body) => {
    if (last.current.body !== body) last.current = { body, key: crypto.randomUUID() }
    return last.current.key
  }
}
