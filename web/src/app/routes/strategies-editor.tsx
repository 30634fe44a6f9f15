import { getRouteApi } from '@tanstack/react-router'
import { MessageSquare } from 'lucide-react'
import { lazy, Suspense, useCallback, useState } from 'react'

import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import type { ChartPlace } from '@/features/chart/candle-chart'
import { StrategyEditor } from '@/features/strategies/editor/strategy-editor'
import { rememberedView, rememberView } from '@/features/strategies/editor/view-memory'
import { LatestRun } from '@/features/strategies/latest-run'
import { StrategyFrame } from '@/features/strategies/strategy-frame'

const RunChartView = lazy(() => import('../run-chart-view'))
const ChatPanel = lazy(async () => ({
  default: (await import('@/features/assistant/chat-panel')).ChatPanel,
}))
const BlocksView = lazy(() => import('../blocks-view'))

const route = getRouteApi('/shell/strategies/$strategyId')

/** The draft as code, as blocks, or as both; the latest run's chart beside the code on request. */
export function StrategyEditorPage() {
  const { strategyId } = route.useParams()
  const { line, view, chat: isChatting = false } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <StrategyFrame strategyId={strategyId}>
      {(strategy) => (
        <StrategyEditor
          // Another strategy is another editor, with an undo history of its own.
          key={strategy.id}
          strategy={strategy}
          line={line}
          view={view ?? (line === undefined ? rememberedView(strategy.id) : 'code')}
          onView={(chosen) => {
            rememberView(strategy.id, chosen)
            void navigate({ search: (before) => ({ ...before, view: chosen }), replace: true })
          }}
          blocks={(draft, isShown) => (
            <Suspense fallback={<Skeleton height="30rem" />}>
              <BlocksView strategyId={strategy.id} isShown={isShown} {...draft} />
            </Suspense>
          )}
          tools={
            <Button
              aria-pressed={isChatting}
              onClick={() => {
                const chat = isChatting ? undefined : true
                void navigate({ search: (before) => ({ ...before, chat }), replace: true })
              }}
            >
              <MessageSquare size={16} aria-hidden /> Chat
            </Button>
          }
          chat={
            isChatting
              ? ({ code, onCode, onSaved }) => (
                  <Suspense fallback={<Skeleton height="30rem" />}>
                    <ChatPanel strategyId={strategy.id} {...{ code, onCode, onSaved }} />
                  </Suspense>
                )
              : null
          }
          chart={
            <LatestRun strategyId={strategy.id}>
              {(run) => <ChartBeside key={run.id} runId={run.id} />}
            </LatestRun>
          }
        />
      )}
    </StrategyFrame>
  )
}

/** Here the address belongs to the editor, so the chart keeps its place to itself. */
function ChartBeside({ runId }: { runId: string }) {
  const [place, setPlace] = useState<ChartPlace>({})
  const move = useCallback(
    (change: ChartPlace) => setPlace((known) => ({ ...known, ...change })),
    [],
  )
  return (
    <Suspense fallback={<Skeleton height="68vh" />}>
      <RunChartView runId={runId} place={place} onPlace={move} />
    </Suspense>
  )
}
