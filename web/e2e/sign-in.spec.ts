import { expect, test } from './fixtures'
import { PASSWORD, removeSignIn, signIn } from './world'

const REFUSED = /status of 400|status of 401/

test('somebody new makes an account and sees the first steps', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Make an account' }).click()
  await page.getByLabel('E-mail').fill(`new-${crypto.randomUUID()}@candlewick.example`)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make an account' }).click()

  await expect(page.getByRole('button', { name: 'Run a first backtest' })).toBeVisible()
})

test.describe('wrong entries', () => {
  test.use({ expectedErrors: [REFUSED] })

  test('a wrong password is refused in words and the form stays', async ({ page, member }) => {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail').fill(member.email)
    await page.getByLabel('Password').fill('not-this-one')
    await page.getByRole('button', { name: 'Sign in' }).click()

    await expect(page.getByRole('alert')).toContainText('e-mail address or the password is wrong')
    await expect(page.getByLabel('E-mail')).toHaveValue(member.email)
  })

  test('a session that was ended on the server leads to the sign-in and back', async ({
    page,
    member,
  }) => {
    await signIn(page, member)
    await removeSignIn(member)
    await page.clock.install()
    await page.clock.fastForward('02:00:00')
    await page.getByRole('link', { name: 'Settings' }).click()

    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
    expect(new URL(page.url()).searchParams.get('next')).toBe('/settings')
  })

  test('a reset link is promised without telling who has an account', async ({ page }) => {
    await page.goto('/reset-password')
    await page.getByLabel('E-mail').fill('nobody@candlewick.example')
    await page.getByRole('button', { name: 'Send the link' }).click()

    await expect(page.getByRole('status').filter({ hasText: 'on its way' })).toBeVisible()
  })
})

test('a deep link survives the sign-in', async ({ page, member }) => {
  await page.goto('/settings')
  await page.getByLabel('E-mail').fill(member.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()

  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
})

test('a link to another site is not followed after the sign-in', async ({ page, member }) => {
  await page.goto('/sign-in?next=//evil.example/')
  await page.getByLabel('E-mail').fill(member.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()

  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
})

test('a token that ran out in mid-session is renewed without a word', async ({ signedIn }) => {
  await signedIn.clock.install()
  await signedIn.clock.fastForward('03:00:00')
  await signedIn.getByRole('link', { name: 'Settings' }).click()

  await expect(signedIn.getByLabel('Display name')).toBeVisible()
})
