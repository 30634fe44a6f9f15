import { Page } from '@/components/layout/page'

export function RunsPage() {
  return <Page title="Backtests">{null}</Page>
}
