import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { CaseView } from '@/features/marketplace/moderation/case'
import { Queue } from '@/features/marketplace/moderation/queue'

/** What moderators decide; the API refuses everybody else. */
export function ModerationPage() {
  const { state = 'open' } = useSearch({ from: '/shell/moderation' })
  const navigate = useNavigate({ from: '/moderation' })
  return (
    <Page title="Moderation">
      <Queue
        state={state}
        onState={(chosen) => void navigate({ search: { state: chosen }, replace: true })}
      />
    </Page>
  )
}

export function CasePage() {
  const { caseId } = useParams({ from: '/shell/moderation/$caseId' })
  return (
    <Page title="Case" crumb={<Link to="/moderation">Moderation</Link>}>
      <CaseView id={caseId} />
    </Page>
  )
}
