import { Page } from '@/components/layout/page'

export function RunChart() {
  return <Page title="Chart">{null}</Page>
}
