import { Page } from '@/components/layout/page'

export function StrategyVersionsPage() {
  return <Page title="Versions">{null}</Page>
}
