import { Page } from '@/components/layout/page'

export function LandingPage() {
  return <Page title="Landing">{null}</Page>
}
