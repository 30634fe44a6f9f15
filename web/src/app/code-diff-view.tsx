import { useState } from 'react'

import columns from '@/components/ui/columns.module.css'
import { Segmented } from '@/components/ui/segmented'
import { Difference } from '@/features/strategies/versions/version-diff'

const VIEWS = [
  ['inline', 'Inline'],
  ['split', 'Side by side'],
] as const

/** The difference of two codes as in a strategy's versions; loads CodeMirror, so load it lazily. */
export default function CodeDiffView({ before, after }: { before: string; after: string }) {
  const [view, setView] = useState<'inline' | 'split'>('inline')
  return (
    <div className={columns['stack']}>
      <div>
        <Segmented label="View" options={VIEWS} value={view} onChange={setView} />
      </div>
      <Difference before={before} after={after} view={view} />
    </div>
  )
}
