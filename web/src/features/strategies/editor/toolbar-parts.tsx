import { useQueryClient } from '@tanstack/react-query'
import { ListTree, PanelRight, Undo2 } from 'lucide-react'

import { IconButton } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'
import { sentenceOf } from '@/lib/problem'

import { type Strategy, strategyQueries } from '../api'
import styles from './strategy-editor.module.css'
import type { OpenDraft } from './use-draft'
import type { ServerState } from './use-language-server'

export function ServerNote({ state }: { state: ServerState }) {
  if (state === 'ready') return null
  return (
    <p className={styles['note']}>
      {state === 'loading'
        ? 'Loading completion…'
        : 'Completion could not be loaded; reload to try again.'}
    </p>
  )
}

export interface Panels {
  outline: boolean
  chart: boolean
}

export function PanelButtons({
  panels,
  hasChart,
  onChange,
}: {
  panels: Panels
  hasChart: boolean
  onChange: (panels: Panels) => void
}) {
  return (
    <>
      <IconButton
        label="Outline"
        aria-pressed={panels.outline}
        onClick={() => onChange({ ...panels, outline: !panels.outline })}
      >
        <ListTree size={16} aria-hidden />
      </IconButton>
      {hasChart && (
        <IconButton
          label="Latest run beside the code"
          aria-pressed={panels.chart}
          onClick={() => onChange({ ...panels, chart: !panels.chart })}
        >
          <PanelRight size={16} aria-hidden />
        </IconButton>
      )}
    </>
  )
}

interface DiscardButtonProps {
  strategy: Strategy
  version: number
  opened: OpenDraft
  onCode: (code: string) => void
}

/** Goes back to the saved version; undo brings the draft back. */
export function DiscardButton({ strategy, version, opened, onCode }: DiscardButtonProps) {
  const client = useQueryClient()
  const discard = async () => {
    const found = await client.query(strategyQueries.version(strategy.id, version))
    if (found.code === null) return
    onCode(found.code)
    await opened.keeper.discard(version)
    toast(`Back at version ${version}. Undo brings your changes back.`)
  }
  return (
    <IconButton
      label={`Discard the draft, back to version ${version}`}
      onClick={() => void discard().catch((error: unknown) => toast(sentenceOf(error)))}
    >
      <Undo2 size={16} aria-hidden />
    </IconButton>
  )
}
