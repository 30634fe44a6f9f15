import { useMutation } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'

import { Button } from '@/components/ui/button'
import { Problem } from '@/components/ui/problem'
import { type Credentials, CredentialsForm } from '@/features/accounts/credentials-form'
import { SignInFrame } from '@/features/accounts/frame'
import { GoogleButton } from '@/features/accounts/google-button'
import { ResetForm } from '@/features/accounts/reset-form'
import styles from '@/features/accounts/sign-in.module.css'
import { loadAuth, useSession } from '@/lib/session'

const signInRoute = getRouteApi('/sign-in')
const signUpRoute = getRouteApi('/sign-up')

export function SignInPage() {
  const { next } = signInRoute.useSearch()
  const goOn = useGoOn(next)
  const signIn = async ({ email, password }: Credentials) => {
    const auth = await loadAuth()
    await auth.signIn(email, password)
    goOn()
  }
  return (
    <SignInFrame title="Sign in">
      <CredentialsForm kind="signIn" action="Sign in" onSubmit={signIn} />
      <p className={styles['links']}>
        <Link to="/reset-password">Forgot the password?</Link>
        <Link to="/sign-up" search={{ next }}>
          Make an account
        </Link>
      </p>
      <p className={styles['or']}>or</p>
      <GoogleButton next={next} />
      <GuestButton onDone={goOn} />
    </SignInFrame>
  )
}

export function SignUpPage() {
  const { next } = signUpRoute.useSearch()
  const goOn = useGoOn(next)
  const session = useSession()
  const isGuest = session.status === 'signedIn' && session.user.isGuest
  const signUp = async ({ email, password }: Credentials) => {
    const auth = await loadAuth()
    await auth.signUp(email, password)
    goOn()
  }
  return (
    <SignInFrame title={isGuest ? 'Keep your work' : 'Make an account'}>
      {isGuest && (
        <p className={styles['note']}>
          Your strategies and results as a guest go with you into the account.
        </p>
      )}
      <CredentialsForm kind="signUp" action="Make an account" onSubmit={signUp} />
      <GoogleButton next={next} />
      <p className={styles['links']}>
        <span>
          Have one already?{' '}
          <Link to="/sign-in" search={{ next }}>
            Sign in
          </Link>
        </span>
      </p>
    </SignInFrame>
  )
}

export function ResetPasswordPage() {
  return (
    <SignInFrame title="Set a new password">
      <ResetForm />
      <p className={styles['links']}>
        <Link to="/sign-in">Back to sign in</Link>
      </p>
    </SignInFrame>
  )
}

function GuestButton({ onDone }: { onDone: () => void }) {
  const starting = useMutation({
    mutationFn: async () => (await loadAuth()).signInAsGuest(),
    onSuccess: onDone,
  })
  return (
    <>
      {starting.error !== null && <Problem error={starting.error} />}
      <Button isPending={starting.isPending} onClick={() => starting.mutate()}>
        Look around as a guest
      </Button>
    </>
  )
}

function useGoOn(next: string | undefined): () => void {
  const navigate = useNavigate()
  return () => void navigate({ href: next ?? '/home', replace: true })
}
