import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'

import type { Range } from '@/components/chart/plot'

import { runQueries } from '../api'
import type { Equity } from '../schemas'

const CANDLES_WORTH_IT = 20

/** The stretch of time that all time charts of a page show, and the curve as fine as it needs. */
export function useWindow(runId: string, whole: Equity) {
  const [range, setRange] = useState<Range | null>(null)
  const candle = whole.step / whole.merged
  const end = whole.start + whole.candles * candle
  const finer = useQuery({
    ...runQueries.equity(
      runId,
      range === null
        ? undefined
        : { start: Math.round(range.start), until: Math.round(range.until) },
    ),
    enabled: range !== null && whole.merged > 1,
    placeholderData: keepPreviousData,
  })
  const choose = useCallback(
    (wanted: Range | null) => {
      if (wanted === null) {
        setRange(null)
        return
      }
      const start = Math.max(whole.start, wanted.start)
      const until = Math.min(end, wanted.until)
      if (until - start >= CANDLES_WORTH_IT * candle) setRange({ start, until })
    },
    [whole, candle, end],
  )
  const curve = range !== null && whole.merged > 1 ? (finer.data ?? whole) : whole
  return { range, choose, curve, end }
}
