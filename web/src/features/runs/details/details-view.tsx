import columns from '@/components/ui/columns.module.css'
import type { ReactNode } from 'react'

import { DeleteRun } from '../delete-run'
import { LogPanel } from '../log-panel'
import type { Run, Summary } from '../schemas'
import { FilesPanel } from './files-panel'
import { NotesPanel } from './notes-panel'
import { SettingsPanel } from './settings-panel'

interface DetailsViewProps {
  run: Run
  summary: Summary
  /** The code of the version that was run. */
  code: ReactNode
}

/** What was run, what it printed, its files, and the user's notes. */
export function DetailsView({ run, summary, code }: DetailsViewProps) {
  const isClosed = run.strategy.listed?.isClosed === true
  return (
    <div className={columns['stack']}>
      <SettingsPanel run={run} summary={summary} />
      {code}
      {!isClosed && <LogPanel run={run} />}
      <div className={columns['pair']}>
        <FilesPanel runId={run.id} isClosed={isClosed} />
        <NotesPanel run={run} />
      </div>
      <DeleteRun run={run} />
    </div>
  )
}
