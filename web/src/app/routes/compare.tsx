import { Page } from '@/components/layout/page'

export function ComparePage() {
  return <Page title="Compare">{null}</Page>
}
