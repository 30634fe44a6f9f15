import { Page } from '@/components/layout/page'

export function RunOverview() {
  return <Page title="Overview">{null}</Page>
}
