import { useState } from 'react'

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
    <>
      <p>
        <Segmented label="View" options={VIEWS} value={view} onChange={setView} />
      </p>
      <Difference before={before} after={after} view={view} />
    </>
  )
}
