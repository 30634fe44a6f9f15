import { expect, test } from './fixtures'

test('a token is made, shown once and revoked', async ({ signedIn: page }) => {
  await page.goto('/settings')
  await page.getByRole('button', { name: 'Make a token' }).click()
  await page.getByLabel('Name', { exact: true }).fill('laptop')
  await page.getByRole('button', { name: 'Make the token' }).click()
  await expect(page.getByText(/^cw_/)).toBeVisible()
  await page.getByRole('button', { name: 'I have it' }).click()

  await page.getByRole('button', { name: 'Revoke laptop' }).click()

  await expect(page.getByText(/revoked/).first()).toBeVisible()
  await expect(page.getByText(/^cw_/)).toBeHidden()
})

test('the theme is chosen, and kept after a reload', async ({ signedIn: page }) => {
  await page.goto('/settings')
  await page.getByText('Dark', { exact: true }).click()
  await page.reload()

  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('all data is exported, and the account deleted after a typed confirmation', async ({
  signedIn: page,
  member,
}) => {
  await page.goto('/settings')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export my data' }).click()
  expect((await download).suggestedFilename()).toBe('candlewick-export.json')

  await page.getByRole('button', { name: 'Delete the account…' }).click()
  await expect(page.getByRole('button', { name: 'Delete everything' })).toBeDisabled()
  await page.getByLabel(/^Type/).fill(member.email)
  await page.getByRole('button', { name: 'Delete everything' }).click()

  await expect(page.getByRole('link', { name: 'Make an account' })).toBeVisible()
})
