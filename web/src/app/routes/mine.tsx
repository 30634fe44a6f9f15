import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { Button, ButtonLink } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { authorQueries } from '@/features/marketplace/author/api'
import { AuthorView } from '@/features/marketplace/author/author-view'
import { NoticeList } from '@/features/marketplace/notices/notice-list'
import { useAcceptInvitation } from '@/features/marketplace/publish/api'
import { EarningsPanel } from '@/features/marketplace/publish/earnings-panel'
import { HandleForm } from '@/features/marketplace/publish/handle-form'
import { MyListings } from '@/features/marketplace/publish/my-listings'

/** What one has published, and under which name. */
export function MyListingsPage() {
  const author = useQuery(authorQueries.mine())
  return (
    <Page
      title="Mine"
      crumb={<Link to="/marketplace">Marketplace</Link>}
      actions={
        author.data != null && (
          <ButtonLink to="/marketplace/authors/$handle" params={{ handle: author.data.handle }}>
            My page
          </ButtonLink>
        )
      }
    >
      <MyListings />
      <EarningsPanel />
      {author.data != null && <HandleForm key={author.data.handle} author={author.data} />}
    </Page>
  )
}

export function NoticesPage() {
  return (
    <Page title="Notices" crumb={<Link to="/marketplace">Marketplace</Link>}>
      <NoticeList />
    </Page>
  )
}

/** An author let somebody in. It is a press, so that no preview of the link uses it up. */
export function InvitationPage() {
  const { token } = useParams({ from: '/shell/marketplace/invitations/$token' })
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
              onSuccess: ({ id }) =>
                void navigate({ to: '/marketplace/$listingId', params: { listingId: id } }),
            })
          }
        >
          Accept
        </Button>
      </div>
    </Page>
  )
}

/** Somebody who publishes: as others see one. */
export function AuthorPage() {
  const { handle } = useParams({ from: '/shell/marketplace/authors/$handle' })
  return <AuthorView key={handle} handle={handle} />
}
