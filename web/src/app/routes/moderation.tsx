import { Link, useParams } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { CaseView } from '@/features/marketplace/moderation/case'
import { Queue } from '@/features/marketplace/moderation/queue'

/** What moderators decide; the API refuses everybody else. */
export function ModerationPage() {
  return (
    <Page title="Moderation">
      <Queue />
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
