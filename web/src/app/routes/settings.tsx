import { useQuery } from '@tanstack/react-query'

import { Page } from '@/components/layout/page'
import { Panel } from '@/components/ui/panel'
import { ApiTokens } from '@/features/accounts/api-tokens'
import { Leave } from '@/features/accounts/leave'
import { ProfileForm } from '@/features/accounts/profile-form'
import { QuotaMeters } from '@/features/accounts/quota-meters'
import styles from '@/features/accounts/settings.module.css'
import { ThemeChoice } from '@/features/accounts/theme-choice'
import { AlertSettings } from '@/features/bots/alert-settings'
import { botQueries } from '@/features/bots/api'
import { needsKey } from '@/features/bots/words'
import { ExchangeKeys } from '@/features/exchange-keys/exchange-keys'

export function SettingsPage() {
  return (
    <Page title="Settings">
      <div className={styles['grid']}>
        <Panel title="Profile">
          <ProfileForm />
        </Panel>
        <Panel title="Quotas">
          <QuotaMeters />
        </Panel>
        <Panel title="Theme" note="Kept in this browser.">
          <ThemeChoice />
        </Panel>
      </div>
      <BotSettings />
      <ApiTokens />
      <div className={styles['grid']}>
        <Leave />
      </div>
    </Page>
  )
}

/** Keys need to know where bots can trade, which is the bots' to say. */
function BotSettings() {
  const venues = useQuery(botQueries.venues())
  return (
    <>
      <ExchangeKeys
        venues={venues.data?.items.filter((each) => each.modes.some(needsKey)) ?? []}
        addresses={venues.data?.addresses ?? []}
      />
      <AlertSettings />
    </>
  )
}
