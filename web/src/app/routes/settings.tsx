import { Page } from '@/components/layout/page'
import { Panel } from '@/components/ui/panel'
import { ApiTokens } from '@/features/accounts/api-tokens'
import { Leave } from '@/features/accounts/leave'
import { ProfileForm } from '@/features/accounts/profile-form'
import { QuotaMeters } from '@/features/accounts/quota-meters'
import styles from '@/features/accounts/settings.module.css'
import { ThemeChoice } from '@/features/accounts/theme-choice'

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
      <ApiTokens />
      <div className={styles['grid']}>
        <Leave />
      </div>
    </Page>
  )
}
