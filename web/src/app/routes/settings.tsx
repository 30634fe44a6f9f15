import { Page } from '@/components/layout/page'

export function SettingsPage() {
  return <Page title="Settings">{null}</Page>
}
