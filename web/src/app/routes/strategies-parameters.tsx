import { getRouteApi } from '@tanstack/react-router'

import { ParameterPage } from '@/features/strategies/parameters/parameter-page'
import { StrategyFrame } from '@/features/strategies/strategy-frame'

const route = getRouteApi('/shell/strategies/$strategyId/parameters')

/** The parameters of a version; which one is in the address. */
export function StrategyParametersPage() {
  const { strategyId } = route.useParams()
  const { version } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <StrategyFrame strategyId={strategyId}>
      {(strategy) => (
        <ParameterPage
          strategy={strategy}
          version={version}
          onVersion={(chosen) => void navigate({ search: { version: chosen }, replace: true })}
        />
      )}
    </StrategyFrame>
  )
}
