import { Link } from '@tanstack/react-router'

import { ButtonLink } from '@/components/ui/button'

import { Page } from './page'

/** For an address that leads nowhere, or to what belongs to somebody else: the two look the same. */
export function NotFoundPage() {
  return (
    <Page
      title="Nothing here"
      lead="This page doesn't exist, or it belongs to somebody else. Check the address."
      actions={
        <ButtonLink to="/home" look="primary">
          Go home
        </ButtonLink>
      }
    >
      <p>
        Or look through your <Link to="/strategies">strategies</Link> and{' '}
        <Link to="/backtests">backtests</Link>.
      </p>
    </Page>
  )
}
