import { ChevronLeft, ChevronRight, Ruler, Waves, ZoomIn, ZoomOut } from 'lucide-react'
import type { ReactNode } from 'react'

import { IconButton } from '@/components/ui/button'

import styles from './chart.module.css'
import type { PlotPane } from './plot-lines'

/** What the buttons and keys of the chart do. */
export interface ChartActions {
  zoom: (factor: number) => void
  nextTrade: (direction: 1 | -1) => void
  toggleMeasure: () => void
  toggleHeikinAshi: () => void
  jump: (time: number) => void
}

interface ToolbarProps {
  actions: ChartActions
  isMeasuring: boolean
  isHeikinAshi: boolean
  /** "12 of 126". */
  position: string
  /** First and last day that can be jumped to, as "2025-01-31". */
  days: readonly [string, string]
  picker: ReactNode
  panes: ReactNode
}

export function Toolbar({ actions, isMeasuring, isHeikinAshi, ...rest }: ToolbarProps) {
  const { position, days, picker, panes } = rest
  return (
    <div className={styles['toolbar']}>
      {picker}
      <div className={styles['tools']} role="group" aria-label="Trades of this pair">
        <IconButton label="Previous trade (P)" onClick={() => actions.nextTrade(-1)}>
          <ChevronLeft size={18} aria-hidden />
        </IconButton>
        <span className={styles['position']}>{position}</span>
        <IconButton label="Next trade (N)" onClick={() => actions.nextTrade(1)}>
          <ChevronRight size={18} aria-hidden />
        </IconButton>
      </div>
      <JumpToDay days={days} onJump={actions.jump} />
      <div className={styles['tools']} role="group" aria-label="Tools">
        <IconButton label="Zoom in (+)" onClick={() => actions.zoom(0.6)}>
          <ZoomIn size={18} aria-hidden />
        </IconButton>
        <IconButton label="Zoom out (−)" onClick={() => actions.zoom(1.7)}>
          <ZoomOut size={18} aria-hidden />
        </IconButton>
        <IconButton
          label="Measure (M, or Shift and drag)"
          aria-pressed={isMeasuring}
          className={styles['toggle'] ?? ''}
          onClick={actions.toggleMeasure}
        >
          <Ruler size={18} aria-hidden />
        </IconButton>
        <IconButton
          label="Heikin-Ashi candles (H)"
          aria-pressed={isHeikinAshi}
          className={styles['toggle'] ?? ''}
          onClick={actions.toggleHeikinAshi}
        >
          <Waves size={18} aria-hidden />
        </IconButton>
      </div>
      {panes}
    </div>
  )
}

interface JumpProps {
  days: readonly [string, string]
  onJump: (time: number) => void
}

function JumpToDay({ days, onJump }: JumpProps) {
  return (
    <label className={styles['jump']}>
      <span className="visually-hidden">Jump to a day (UTC)</span>
      <input
        type="date"
        min={days[0]}
        max={days[1]}
        className={styles['date']}
        onChange={({ target }) => {
          if (target.value !== '' && target.validity.valid) onJump(Date.parse(target.value))
        }}
      />
    </label>
  )
}

interface PaneTogglesProps {
  panes: readonly PlotPane[]
  shown: ReadonlySet<string>
  onToggle: (title: string) => void
}

/** Which panes of indicators are below the candles. */
export function PaneToggles({ panes, shown, onToggle }: PaneTogglesProps) {
  const titles = panes.flatMap((pane) => (pane.title === null ? [] : [pane.title]))
  if (titles.length === 0) return null
  return (
    <fieldset className={styles['panes']}>
      <legend className="visually-hidden">Panes below the candles</legend>
      {titles.map((title) => (
        <label key={title} className={styles['pane']}>
          <input type="checkbox" checked={shown.has(title)} onChange={() => onToggle(title)} />
          {title}
        </label>
      ))}
    </fieldset>
  )
}
