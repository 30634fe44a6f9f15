import { useQueries } from '@tanstack/react-query'

import { runQueries } from './api'
import type { Equity, Run, Summary, Trade } from './schemas'

export interface WholeResult {
  run: Run
  summary: Summary
  trades: readonly Trade[]
  equity: Equity
}

/** All parts of a verified result, or why they are not there. */
export function useResult(id: string) {
  const queries = useQueries({
    queries: [
      runQueries.detail(id),
      runQueries.summary(id),
      runQueries.trades(id),
      runQueries.equity(id),
    ],
  })
  const [run, summary, trades, equity] = queries.map((query) => query.data) as [
    Run | undefined,
    Summary | undefined,
    Trade[] | undefined,
    Equity | undefined,
  ]
  const result: WholeResult | undefined =
    run && summary && trades && equity ? { run, summary, trades, equity } : undefined
  return {
    result,
    error: queries.find((query) => query.error !== null)?.error ?? null,
    retry: () => {
      for (const query of queries) if (query.isError) void query.refetch()
    },
  }
}
