import columns from '@/components/ui/columns.module.css'
import { useDeferredValue } from 'react'

import { Skeleton } from '@/components/ui/skeleton'

import type { Equity, Run, Summary, Trade } from '../schemas'

import { CertificatePanel } from './certificate-panel'
import { CostPanel, DurationsPanel, ReturnsPanel } from './distribution-panels'
import { EquityPanel } from './equity-panel'
import { Headline } from './headline'
import { IdentityPanel } from './identity-panel'
import { HoursPanel, MonthsPanel } from './period-panels'
import { FallsPanel, SharpePanel } from './risk-panels'
import { useWindow } from './use-window'

interface OverviewProps {
  run: Run
  summary: Summary
  trades: readonly Trade[]
  equity: Equity
}

/** A result at a glance. */
export function Overview({ run, summary, trades, equity }: OverviewProps) {
  const { range, choose, curve, end } = useWindow(run.id, equity)
  const currency = run.spec.stakeCurrency
  const { startingBalance } = summary.period
  const { days } = equity
  // What lies below the fold is drawn afterwards, in slices that leave the page free for presses.
  const hasRest = useDeferredValue(true, false)
  const last = days.buyAndHold.at(-1)
  const held = last === undefined ? null : last / startingBalance - 1
  const common = { days, startingBalance, range, onRange: choose }
  return (
    <div className={columns['stack']}>
      <Headline run={run} summary={summary} held={held} />
      <EquityPanel {...common} curve={curve} currency={currency} end={end} />
      {hasRest ? (
        <>
          <div className={columns['pair']}>
            <FallsPanel falls={equity.drawdowns} end={end} currency={currency} onRange={choose} />
            <SharpePanel {...common} />
            <MonthsPanel days={days} startingBalance={startingBalance} />
            <ReturnsPanel trades={trades} />
          </div>
          <HoursPanel trades={trades} startingBalance={startingBalance} />
          <div className={columns['pair']}>
            <DurationsPanel trades={trades} />
            <CostPanel trades={trades} currency={currency} />
            <CertificatePanel run={run} />
            <IdentityPanel run={run} summary={summary} />
          </div>
        </>
      ) : (
        <Skeleton height="110rem" />
      )}
    </div>
  )
}
