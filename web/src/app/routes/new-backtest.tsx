import { Page } from '@/components/layout/page'

export function NewBacktestPage() {
  return <Page title="New">{null}</Page>
}
