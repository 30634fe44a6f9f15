import { GitCompareArrows } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { Empty } from '@/components/ui/empty'
import { Panel } from '@/components/ui/panel'
import { Segmented } from '@/components/ui/segmented'

import { CodeDiff } from './code-diff'
import styles from './compare.module.css'
import { EquityChart } from './equity-chart'
import { doOverlap } from './equity-data'
import { MetricsTable } from './metrics-table'
import type { ComparedRun } from './model'
import { RunLegend } from './run-legend'
import { SettingsTable } from './settings-table'

const AXES = [
  ['dates', 'Dates'],
  ['start', 'From start'],
] as const

const SCALES = [
  ['linear', 'Linear'],
  ['log', 'Log'],
] as const

interface ComparisonProps {
  runs: readonly ComparedRun[]
  onRemove: (id: string) => void
  /** Adds a run; absent when there are as many as can be compared. */
  picker: ReactNode
}

/** Up to six runs side by side. */
export function Comparison({ runs, onRemove, picker }: ComparisonProps) {
  return (
    <>
      <div className={styles['chosen']}>
        <RunLegend runs={runs} onRemove={onRemove} />
        {picker}
      </div>
      {runs.length === 0 ? (
        <Empty
          icon={GitCompareArrows}
          title="Choose runs to compare"
          text="Add two to six finished backtests: their equity, metrics, settings and code are put side by side."
        />
      ) : (
        <>
          <EquityPanel runs={runs} />
          <Panel title="Metrics" note="The best of each row is marked" isFlush>
            <MetricsTable runs={runs} />
          </Panel>
          <Panel title="Settings">
            <SettingsTable runs={runs} />
          </Panel>
          {runs.length > 1 && (
            <Panel title="Code">
              <CodeDiff runs={runs} />
            </Panel>
          )}
        </>
      )}
    </>
  )
}

function EquityPanel({ runs }: { runs: readonly ComparedRun[] }) {
  const [scale, setScale] = useState<'linear' | 'log'>('linear')
  const [chosen, setAxis] = useState<'dates' | 'start' | null>(null)
  // Runs of different years would be slivers on an axis of dates.
  const axis = chosen ?? (doOverlap(runs.map(({ equity }) => equity)) ? 'dates' : 'start')
  return (
    <Panel
      title="Equity"
      note="Gain since each run's own start, UTC"
      actions={
        <>
          <Segmented label="Time axis" options={AXES} value={axis} onChange={setAxis} />
          <Segmented label="Scale" options={SCALES} value={scale} onChange={setScale} />
        </>
      }
    >
      <EquityChart runs={runs} isLog={scale === 'log'} isAligned={axis === 'start'} />
    </Panel>
  )
}
