import { getRouteApi } from '@tanstack/react-router'

import { StrategyFrame } from '@/features/strategies/strategy-frame'
import { VersionList } from '@/features/strategies/versions/version-list'

const route = getRouteApi('/shell/strategies/$strategyId/versions')

/** All versions of a strategy; which two are compared is in the address. */
export function StrategyVersionsPage() {
  const { strategyId } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <StrategyFrame strategyId={strategyId}>
      {(strategy) => (
        <VersionList
          strategy={strategy}
          search={search}
          onSearch={(change) => {
            void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
          }}
        />
      )}
    </StrategyFrame>
  )
}
