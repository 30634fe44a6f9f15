import { Keyboard, Play, Save, WandSparkles } from 'lucide-react'
import type { ReactNode } from 'react'

import { Button, ButtonLink, IconButton } from '@/components/ui/button'

import type { Strategy } from '../api'
import type { DraftState } from './draft-keeper'
import { DraftStatus } from './draft-status'
import styles from './strategy-editor.module.css'
import { DiscardButton, PanelButtons, type Panels, ServerNote } from './toolbar-parts'
import type { OpenDraft } from './use-draft'
import type { ServerState } from './use-language-server'

/** `later`: the choice between two drafts was put off. */
export type OpenDialog = 'save' | 'keys' | 'later' | null

interface EditorToolbarProps {
  strategy: Strategy
  opened: OpenDraft
  state: DraftState
  base: number | null
  panels: Panels
  hasChart: boolean
  /** Whether the code is in sight, with what belongs to it. */
  hasCode: boolean
  server: ServerState
  isLater: boolean
  viewSwitch: ReactNode
  tools: ReactNode
  onPanels: (panels: Panels) => void
  onDialog: (dialog: OpenDialog) => void
  onFormat: () => void
  onDiscard: (code: string) => void
}

/** Where the draft is, how it is shown, and what can be done with it. */
export function EditorToolbar(props: EditorToolbarProps) {
  const { strategy, opened, state, base, hasCode, onDialog } = props
  return (
    <div className={styles['toolbar']}>
      {props.viewSwitch}
      <DraftStatus state={state} version={base} />
      {state.status === 'conflict' && props.isLater && (
        <Button onClick={() => onDialog(null)}>Compare the drafts</Button>
      )}
      {hasCode && <ServerNote state={props.server} />}
      <span className={styles['space']} />
      {hasCode && (
        <PanelButtons panels={props.panels} hasChart={props.hasChart} onChange={props.onPanels} />
      )}
      {state.status !== 'clean' && base !== null && (
        <DiscardButton
          strategy={strategy}
          version={base}
          opened={opened}
          onCode={props.onDiscard}
        />
      )}
      {hasCode && (
        <IconButton label="Format (Shift Alt F)" onClick={props.onFormat}>
          <WandSparkles size={16} aria-hidden />
        </IconButton>
      )}
      <IconButton label="Keyboard" onClick={() => onDialog('keys')}>
        <Keyboard size={16} aria-hidden />
      </IconButton>
      {props.tools}
      <Button
        look={state.status === 'clean' ? 'plain' : 'primary'}
        onClick={() => onDialog('save')}
      >
        <Save size={16} aria-hidden /> Save version
      </Button>
      {strategy.latestVersion > 0 && (
        <ButtonLink
          to="/backtests/new"
          search={{ strategyId: strategy.id, version: strategy.latestVersion }}
        >
          <Play size={16} aria-hidden /> Run backtest
        </ButtonLink>
      )}
    </div>
  )
}
