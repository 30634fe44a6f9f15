import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'

import { Choice } from '../parts/choice'
import { type Market, previewQueries } from './api'
import styles from './preview.module.css'

const storedSchema = z.object({ exchange: z.string(), pair: z.string() })
const KEY = 'candlewick.preview'
const USUAL = 'BTC/USDT'

/** Which candles the preview is on: the last ones that were chosen, as far as they are there. */
export function useMarket(timeframe: string) {
  const [wanted, setWanted] = useState(stored)
  const exchanges = useQuery(previewQueries.exchanges())
  const known = exchanges.data ?? []
  const exchange =
    known.find(({ name }) => name === wanted?.exchange) ??
    known.find(({ isSimulated }) => !isSimulated) ??
    known[0]
  const coverage = useQuery({
    ...previewQueries.coverage(exchange?.name ?? ''),
    enabled: exchange !== undefined,
  })
  const pairs = (coverage.data?.items ?? [])
    .filter((item) => item.timeframe === timeframe && item.candleType === 'spot')
    .map(({ pair }) => pair)
  const pair =
    pairs.find((each) => each === wanted?.pair) ?? pairs.find((each) => each === USUAL) ?? pairs[0]
  const choose = (market: Market) => {
    setWanted(market)
    try {
      localStorage.setItem(KEY, JSON.stringify(market))
    } catch {
      // Only the memory of the choice is lost.
    }
  }
  return {
    exchanges: known,
    pairs,
    chosen: exchange === undefined || pair === undefined ? null : { exchange: exchange.name, pair },
    exchange: exchange?.name ?? '',
    isEmpty: coverage.data !== undefined && pair === undefined,
    choose,
  }
}

function stored(): Market | null {
  try {
    return storedSchema.nullable().parse(JSON.parse(localStorage.getItem(KEY) ?? 'null'))
  } catch {
    return null
  }
}

export function MarketPicker({ choice }: { choice: ReturnType<typeof useMarket> }) {
  const { exchanges, exchange, pairs, chosen, choose } = choice
  return (
    <div className={styles['market']}>
      {exchanges.length > 1 && (
        <Choice
          label="Exchange of the preview"
          value={exchange}
          options={exchanges.map(({ name, title }) => [name, title] as const)}
          onChange={(name) => choose({ exchange: name, pair: chosen?.pair ?? '' })}
        />
      )}
      {chosen !== null && (
        <Choice
          label="Pair of the preview"
          value={chosen.pair}
          options={pairs.map((pair) => [pair, pair] as const)}
          onChange={(pair) => choose({ exchange, pair })}
        />
      )}
    </div>
  )
}
