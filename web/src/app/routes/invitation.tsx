import { useNavigate, useParams } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { useAcceptInvitation } from '@/features/marketplace/publish/api'

/** An author let somebody in. It is a press, so that no preview of the link uses it up. */
export function InvitationPage() {
  const { token } = useParams({ from: '/shell/invitations/$token' })
  const navigate = useNavigate()
  const accept = useAcceptInvitation()
  return (
    <Page
      title="You are invited"
      lead="The author of a private strategy lets you see and run it. They learn that you came in, and nothing of what you run."
    >
      {accept.error !== null && <Problem error={accept.error} />}
      <div>
        <Button
          look="primary"
          isPending={accept.isPending}
          onClick={() =>
            accept.mutate(token, {
              onSuccess: ({ listingId }) =>
                void navigate({ to: '/marketplace/$listingId', params: { listingId } }),
            })
          }
        >
          Accept
        </Button>
      </div>
    </Page>
  )
}
