import { expect, test } from './fixtures'

test('one press on the landing page leads to a verified result', async ({ page }) => {
  test.setTimeout(240_000)
  await page.goto('/')
  await page.getByRole('button', { name: 'Try it now, without an account' }).click()
  await expect(page.getByRole('progressbar')).toBeVisible()

  await expect(page.getByRole('heading', { level: 1 })).toContainText('Verified', {
    timeout: 120_000,
  })
  await expect(page.getByText(/[+−][\d.]+ %/).first()).toBeVisible()
  await expect(page.getByText('Guest', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Keep this work' }).click()
  await expect(page.getByRole('heading', { name: 'Keep your work' })).toBeVisible()
})
