import { getRouteApi, Link } from '@tanstack/react-router'

import { StrategyEditor } from '@/features/strategies/editor/strategy-editor'
import { LatestRun } from '@/features/strategies/latest-run'
import { StrategyFrame } from '@/features/strategies/strategy-frame'

const route = getRouteApi('/shell/strategies/$strategyId')

/** The editor, with the latest run beside it on request. */
export function StrategyEditorPage() {
  const { strategyId } = route.useParams()
  const { line } = route.useSearch()
  return (
    <StrategyFrame strategyId={strategyId}>
      {(strategy) => (
        <StrategyEditor
          // Another strategy is another editor, with an undo history of its own.
          key={strategy.id}
          strategy={strategy}
          line={line}
          chart={
            <LatestRun strategyId={strategy.id}>
              {(run) => (
                <Link to="/backtests/$runId/chart" params={{ runId: run.id }}>
                  Open its chart
                </Link>
              )}
            </LatestRun>
          }
        />
      )}
    </StrategyFrame>
  )
}
