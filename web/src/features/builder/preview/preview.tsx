import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { Button, IconButton } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Skeleton } from '@/components/ui/skeleton'
import { plural } from '@/lib/format'

import type { Spec } from '../model/spec'
import { type Market, type PreviewData, previewQueries } from './api'
import { MarketPicker, useMarket } from './market-picker'
import styles from './preview.module.css'
import { Why } from './why'

/** What the chart is given; whoever puts the builder into a page brings one. */
export type PreviewChart = (props: {
  label: string
  data: PreviewData
  /** The candle that is explained, in milliseconds. */
  chosen: number | null
  onChoose: (at: number) => void
}) => ReactNode

interface PreviewProps {
  /** The newest spec without problems. */
  spec: Spec | null
  timeframe: string
  chart: PreviewChart
}

/** What the strategy would have done lately, while it is being built. */
export function Preview({ spec, timeframe, chart }: PreviewProps) {
  const market = useMarket(timeframe)
  return (
    <section aria-labelledby="preview-title" className={styles['preview']}>
      <div className={styles['head']}>
        <h2 id="preview-title">Preview</h2>
        <MarketPicker choice={market} />
      </div>
      {market.isEmpty && (
        <p className={styles['muted']}>There are no {timeframe} candles here to try it on.</p>
      )}
      {spec !== null && market.chosen !== null && (
        <Window key={market.chosen.pair} spec={spec} market={market.chosen} chart={chart} />
      )}
    </section>
  )
}

interface WindowProps {
  spec: Spec
  market: Market
  chart: PreviewChart
}

function Window({ spec, market, chart }: WindowProps) {
  const preview = useQuery({
    ...previewQueries.preview(spec, market),
    placeholderData: (before) => before,
  })
  const [at, setAt] = useState<number | null>(null)
  const { data } = preview
  if (preview.isError && data === undefined) {
    return <Problem error={preview.error} onRetry={() => void preview.refetch()} />
  }
  if (data === undefined) return <Skeleton height="20rem" />
  const entries = data.signals.filter(({ way }) => way === 'enter')
  const exits = data.signals.length - entries.length
  const dates = data.candles.date
  const chosen = at !== null && dates.includes(at) ? at : null
  return (
    <>
      {preview.isError && <Problem error={preview.error} onRetry={() => void preview.refetch()} />}
      <div
        className={styles['chart']}
        data-signals={data.signals.length}
        data-old={preview.isPlaceholderData || undefined}
      >
        {chart({
          label: `${dates.length} candles of ${market.pair} with ${plural(data.signals.length, 'signal')}`,
          data,
          chosen,
          onChoose: setAt,
        })}
      </div>
      <p className={styles['muted']} role="status">
        {plural(dates.length, 'candle')}: {plural(entries.length, 'entry signal')},{' '}
        {plural(exits, 'exit signal')}.{data.candles.isSimulated && ' A simulated market.'}
        {data.warmingUp > 0 && ` The first ${data.warmingUp} are warm-up.`}
      </p>
      {data.notEvaluated.length > 0 && (
        <ul className={styles['notes']}>
          {data.notEvaluated.map(({ path, message }) => (
            <li key={path}>{message}</li>
          ))}
        </ul>
      )}
      <Steps data={data} chosen={chosen} onChoose={setAt} />
      {chosen !== null && <Why {...{ spec, market, at: chosen, revision: data.revision }} />}
      <p className={styles['credit']}>
        Charts by{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
          TradingView Lightweight Charts™
        </a>
      </p>
    </>
  )
}

interface StepsProps {
  data: PreviewData
  chosen: number | null
  onChoose: (at: number) => void
}

/** The way from candle to candle and from signal to signal by keyboard. */
function Steps({ data, chosen, onChoose }: StepsProps) {
  const dates = data.candles.date
  const index = chosen === null ? dates.length : dates.indexOf(chosen)
  const marked = [...new Set(data.signals.map(({ date }) => date))].sort((a, b) => a - b)
  const here = chosen ?? Infinity
  const earlier = marked.filter((date) => date < here).at(-1)
  const later = marked.find((date) => chosen !== null && date > here)
  const candle = (by: -1 | 1) => {
    const date = dates[index + by]
    if (date !== undefined) onChoose(date)
  }
  return (
    <div className={styles['steps']}>
      <p className={styles['hint']}>Why a trade, or none? Click a candle, or go to one:</p>
      <IconButton label="One candle back" disabled={index <= 0} onClick={() => candle(-1)}>
        <ChevronLeft size={16} aria-hidden />
      </IconButton>
      <IconButton
        label="One candle on"
        disabled={index >= dates.length - 1}
        onClick={() => candle(1)}
      >
        <ChevronRight size={16} aria-hidden />
      </IconButton>
      <Button
        look="quiet"
        disabled={earlier === undefined}
        onClick={() => earlier !== undefined && onChoose(earlier)}
      >
        Earlier signal
      </Button>
      <Button
        look="quiet"
        disabled={later === undefined}
        onClick={() => later !== undefined && onChoose(later)}
      >
        Later signal
      </Button>
    </div>
  )
}
