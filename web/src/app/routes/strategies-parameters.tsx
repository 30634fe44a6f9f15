import { Page } from '@/components/layout/page'

export function StrategyParametersPage() {
  return <Page title="Parameters">{null}</Page>
}
