import { Page } from '@/components/layout/page'

export function RunMetrics() {
  return <Page title="Metrics">{null}</Page>
}
