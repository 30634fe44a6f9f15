import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { Download } from 'lucide-react'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { Loading, Skeleton } from '@/components/ui/skeleton'
import { fetchDownload, runQueries } from '@/features/runs/api'
import { TradesTable } from '@/features/trades/trades-table'

import { useSearchWriter } from '../use-search-writer'

/** Every trade of a run. */
export function RunTrades() {
  const { runId } = useParams({ from: '/shell/backtests/$runId/trades' })
  const state = useSearch({ from: '/shell/backtests/$runId/trades' })
  const onState = useSearchWriter(`/backtests/${runId}/trades`)
  const run = useQuery(runQueries.detail(runId))
  const trades = useQuery(runQueries.trades(runId))
  const failed = [run, trades].find((query) => query.error !== null)
  if (failed !== undefined) {
    return <Problem error={failed.error} onRetry={() => void failed.refetch()} />
  }
  if (run.data === undefined || trades.data === undefined) {
    return (
      <Loading label="Loading the trades">
        <Skeleton height="72vh" />
      </Loading>
    )
  }
  return (
    <TradesTable
      runId={runId}
      currency={run.data.spec.stakeCurrency}
      trades={trades.data}
      state={state}
      onState={onState}
      actions={<DownloadCsv runId={runId} />}
    />
  )
}

/** The signed address is asked for when it is wanted, since it ends after a quarter of an hour. */
function DownloadCsv({ runId }: { runId: string }) {
  const download = useMutation({
    mutationFn: () => fetchDownload(runId, 'trades.csv'),
    onSuccess: (url) => location.assign(url),
  })
  return (
    <>
      <Button isPending={download.isPending} onClick={() => download.mutate()}>
        <Download size={16} aria-hidden />
        CSV
      </Button>
      {download.error !== null && <Problem error={download.error} />}
    </>
  )
}
