import type { Page } from '@playwright/test'

import { expect, test } from './fixtures'

/** Answers the emulator's page, which stands where Google's does. */
async function agree(page: Page, email: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sign in with Google (emulator)' })).toBeVisible()
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Continue' }).click()
}

function newAddress(name: string): string {
  return `${name}-${crypto.randomUUID().slice(0, 8)}@candlewick.example`
}

async function signInWithGoogle(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Continue with Google' }).click()
  await agree(page, email)
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
}

test('somebody signs in with Google and arrives where they wanted to go', async ({ page }) => {
  const email = newAddress('google')
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.headers()['referer'] ?? ''))

  await page.goto('/settings')
  await page.getByRole('button', { name: 'Continue with Google' }).click()
  await agree(page, email)

  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await expect(page.getByText(email, { exact: true })).toBeVisible()
  expect(addresses.filter((address) => address.includes('code='))).toEqual([])
  expect(await page.evaluate(() => document.cookie)).not.toContain('__session')
  // Nothing of Google's reply is left in the history.
  await page.goBack()
  expect(page.url()).not.toContain('code=')
})

test.describe('refusals', () => {
  test.use({ expectedErrors: [/status of 400|status of 403/] })

  test('somebody who cancels is told so and can go back', async ({ page }) => {
    await page.goto('/sign-in?next=/settings')
    await page.getByRole('button', { name: 'Continue with Google' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()

    await expect(page.getByRole('alert')).toContainText('You cancelled')
    expect(page.url()).toMatch(/\/sign-in\/google$/)
    await page.getByRole('link', { name: 'Back to sign in' }).click()
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings$/)
  })

  test('a reply that this browser did not ask for signs nobody in', async ({ page }) => {
    await page.goto('/sign-in/google?state=foreign&code=4%2F0Aforeign')

    await expect(page.getByRole('alert')).toContainText('another browser')
    expect(page.url()).toMatch(/\/sign-in\/google$/)
  })

  test('a guest whose Google account has an account here stays a guest until they choose', async ({
    page,
    member,
  }) => {
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Look around as a guest' }).click()
    await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()

    await page.goto('/sign-up')
    await page.getByRole('button', { name: 'Continue with Google' }).click()
    await agree(page, member.email)
    await expect(page.getByRole('alert')).toContainText('you are still the guest')
    await page.getByRole('button', { name: /leave the guest/ }).click()

    await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
    await page.goto('/settings')
    await expect(page.getByText(member.email, { exact: true })).toBeVisible()
  })
})

test('a guest keeps the work', async ({ page }) => {
  const email = newAddress('was-guest')
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Look around as a guest' }).click()
  await page.getByRole('button', { name: 'Run a first backtest' }).click()
  await expect(page).toHaveURL(/\/runs\/|\/backtests\//)

  await page.goto('/sign-up')
  await page.getByRole('button', { name: 'Continue with Google' }).click()
  await agree(page, email)
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()

  await page.goto('/strategies')
  await expect(page.getByRole('link', { name: 'My first strategy' }).first()).toBeVisible()
})

test('the same Google account is the same account the next time', async ({ page, browser }) => {
  const email = newAddress('twice')
  await signInWithGoogle(page, email)
  await page.goto('/settings')
  await page.getByLabel('Display name').fill('Grace')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Saved.')).toBeVisible()

  const other = await (await browser.newContext()).newPage()
  await signInWithGoogle(other, email)
  await other.goto('/settings')

  await expect(other.getByLabel('Display name')).toHaveValue('Grace')
  await other.context().close()
})
