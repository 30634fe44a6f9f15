import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { authorQueries } from '@/features/marketplace/author/api'
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
      {author.data != null && <HandleForm key={author.data.handle} author={author.data} />}
    </Page>
  )
}
