import { Page } from '@/components/layout/page'
import { ButtonLink } from '@/components/ui/button'
import { BotList } from '@/features/bots/bot-list'

/** All live bots. */
export function BotsPage() {
  return (
    <Page
      title="Bots"
      actions={
        <ButtonLink to="/bots/new" look="primary">
          New bot
        </ButtonLink>
      }
    >
      <BotList />
    </Page>
  )
}
