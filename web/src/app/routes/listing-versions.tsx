import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy } from 'react'

import { AncestorDiff } from '@/features/marketplace/listing/ancestor-diff'
import { Versions } from '@/features/marketplace/listing/versions'

import { useListing } from './use-listing'

const CodeDiffView = lazy(() => import('../code-diff-view'))

/** The versions; whose code is shown, and against which, is in the address. */
export function ListingVersionsTab() {
  const listing = useListing()
  const choice = useSearch({ from: '/shell/marketplace/$listingId/versions' })
  const navigate = useNavigate({ from: '/marketplace/$listingId/versions' })
  if (listing === undefined) return null
  return (
    <Versions
      listing={listing}
      choice={choice}
      onChoice={(search) => void navigate({ search, replace: true, resetScroll: false })}
      diff={(before, after) => <CodeDiffView before={before} after={after} />}
    />
  )
}

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
