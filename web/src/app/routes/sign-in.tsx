import { Page } from '@/components/layout/page'

export function SignInPage() {
  return <Page title="Sign in">{null}</Page>
}
export function SignUpPage() {
  return <Page title="Sign up">{null}</Page>
}
export function ResetPasswordPage() {
  return <Page title="Reset">{null}</Page>
}
