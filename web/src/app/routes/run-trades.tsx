import { Page } from '@/components/layout/page'

export function RunTrades() {
  return <Page title="Trades">{null}</Page>
}
