import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel'
import { Problem } from '@/components/ui/problem'
import styles from '@/features/bots/bots.module.css'
import { BotComparison } from '@/features/bots/comparison'
import { backtestBot } from '@/features/bots/comparison-schemas'
import type { Bot } from '@/features/bots/schemas'
import { isSettled } from '@/features/runs/api'
import { useLiveRun } from '@/features/runs/use-live-run'

interface BotComparisonViewProps {
  bot: Bot
  /** The backtest that is compared; the address holds it. */
  runId: string | undefined
  onRun: (runId: string) => void
}

/** One click simulates the time that the bot has traded, and says where the two differ and why. */
export function BotComparisonView({ bot, runId, onRun }: BotComparisonViewProps) {
  const starting = useMutation({ mutationFn: () => backtestBot(bot.id), onSuccess: onRun })
  return (
    <Panel
      title="Live and backtest"
      note="The same time, simulated: where the two differ, and why."
      actions={
        <Button isPending={starting.isPending} onClick={() => starting.mutate()}>
          {runId === undefined ? 'Backtest the same time' : 'Backtest up to now'}
        </Button>
      }
    >
      {starting.error !== null && <Problem error={starting.error} />}
      {runId === undefined ? (
        <p className={styles['muted']}>
          A backtest of the bot’s version, parameters, pairs and stakes over the time that it has
          traded counts as any other backtest.
        </p>
      ) : (
        <Settling bot={bot} runId={runId} />
      )}
    </Panel>
  )
}

function Settling({ bot, runId }: { bot: Bot; runId: string }) {
  const run = useLiveRun(runId)
  const link = (
    <Link to="/backtests/$runId" params={{ runId }}>
      the backtest
    </Link>
  )
  if (run.error !== null) return <Problem error={run.error} onRetry={() => void run.refetch()} />
  if (run.data === undefined || !isSettled(run.data)) {
    return <p role="status">Waiting for {link} …</p>
  }
  if (run.data.state !== 'succeeded') {
    return (
      <p>
        There is no result to compare with: {link} has {run.data.state}.
      </p>
    )
  }
  return <BotComparison bot={bot} runId={runId} />
}
