import { Page } from '@/components/layout/page'

export function StrategyEditorPage() {
  return <Page title="Editor">{null}</Page>
}
