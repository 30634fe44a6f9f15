import { Page } from '@/components/layout/page'

export function StrategiesPage() {
  return <Page title="Strategies">{null}</Page>
}
