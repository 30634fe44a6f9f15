import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'

import { NotFoundPage } from '@/components/layout/not-found-page'
import { Page } from '@/components/layout/page'
import { Problem } from '@/components/ui/problem'
import { ApiError } from '@/lib/problem'

import styles from './error-page.module.css'

/** What a route shows when it could not load or draw. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Page title="This page could not be shown">
      <Problem error={error} onRetry={retry} />
    </Page>
  )
}

/** The same where the frame of the signed-in pages is not around it. */
export function BareErrorPage(props: ErrorComponentProps) {
  return (
    <main className={styles['bare']}>
      <ErrorPage {...props} />
    </main>
  )
}

export function BareNotFoundPage() {
  return (
    <main className={styles['bare']}>
      <NotFoundPage />
    </main>
  )
}
