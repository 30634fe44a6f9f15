import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import { useCallback } from 'react'

import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { noticeQueries } from '@/features/marketplace/notices/api'
import { type SearchState } from '@/features/marketplace/search/search-state'
import { SearchView } from '@/features/marketplace/search/search-view'
import { useSession } from '@/lib/session'

/** All that is published; what is looked for is in the address. */
export function MarketplacePage() {
  const state = useSearch({ from: '/shell/marketplace' })
  const navigate = useNavigate({ from: '/marketplace' })
  const change = useCallback(
    (wanted: SearchState) =>
      void navigate({
        search: (before) => ({ ...before, ...wanted }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  return (
    <Page
      title="Marketplace"
      lead="Strategies with figures that Candlewick computed itself, before their publication and every day after it."
      actions={useSession().status === 'signedIn' && <OwnWays />}
    >
      <SearchView state={state} onChange={change} />
    </Page>
  )
}

function OwnWays() {
  const unread = useInfiniteQuery(noticeQueries.mine()).data?.pages[0]?.unread ?? 0
  return (
    <>
      <ButtonLink to="/marketplace/notices">
        <Bell size={16} aria-hidden />
        Notices{unread > 0 && ` (${unread} new)`}
      </ButtonLink>
      <ButtonLink to="/marketplace/mine">Mine</ButtonLink>
    </>
  )
}
