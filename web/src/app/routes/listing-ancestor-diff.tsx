import { lazy } from 'react'

import { AncestorDiff } from '@/features/marketplace/listing/ancestor-diff'

import { useListing } from './use-listing'

const CodeDiffView = lazy(() => import('../code-diff-view'))

export function AncestorDiffTab() {
  const listing = useListing()
  if (listing === undefined) return null
  return (
    <AncestorDiff
      listing={listing}
      diff={(before, after) => <CodeDiffView before={before} after={after} />}
    />
  )
}
