import { Page } from '@/components/layout/page'

export function RunDetails() {
  return <Page title="Details">{null}</Page>
}
