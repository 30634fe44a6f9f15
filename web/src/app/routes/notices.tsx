import { Link } from '@tanstack/react-router'

import { Page } from '@/components/layout/page'
import { NoticeList } from '@/features/marketplace/notices/notice-list'

export function NoticesPage() {
  return (
    <Page title="Notices" crumb={<Link to="/marketplace">Marketplace</Link>}>
      <NoticeList />
    </Page>
  )
}
