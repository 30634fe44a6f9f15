import { Page } from '@/components/layout/page'

export function RunBreakdown() {
  return <Page title="Breakdown">{null}</Page>
}
