import type { Locator, Page } from '@playwright/test'

import { expect, test } from './fixtures'
import { template } from './setup'
import { PASSWORD, putStrategy } from './world'

const MOST_STOPS = 80
const BACK = 'Shift+Tab'

/** Goes from stop to stop until `target` has the focus. */
async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await expect(target).toBeVisible()
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${String(target)} is not within ${MOST_STOPS} stops.`)
}

async function press(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  await tabTo(page, target, key)
  await page.keyboard.press('Enter')
}

test('from the sign-in to every tab of a new result, by keyboard alone', async ({
  page,
  member,
}) => {
  test.setTimeout(240_000)
  await putStrategy(member, 'Keys only', template())

  await page.goto('/sign-in')
  await tabTo(page, page.getByLabel('E-mail'))
  await page.keyboard.type(member.email)
  await tabTo(page, page.getByLabel('Password'))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await press(page, page.getByRole('link', { name: 'New backtest' }).first())

  await press(page, page.getByRole('button', { name: 'All against USDT' }))
  await press(page, page.getByRole('button', { name: 'Last week' }))
  await tabTo(page, page.getByRole('slider', { name: 'First day' }))
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByText(/\(8 days\)/)).toBeVisible()
  await press(page, page.getByRole('button', { name: 'Run the backtest' }))
  await expect(page.getByRole('progressbar')).toBeVisible()

  const tabs = page.getByRole('navigation', { name: 'Parts of the result' })
  await expect(tabs).toBeVisible({ timeout: 90_000 })
  await press(page, tabs.getByRole('link', { name: 'Metrics' }))
  await press(page, page.getByText('Profit factor', { exact: true }))
  await expect(page.getByText('gross profit / |gross loss|', { exact: true })).toBeVisible()

  await press(page, tabs.getByRole('link', { name: 'Chart' }), BACK)
  await tabTo(page, page.getByRole('group', { name: /^Candles of/ }))
  await page.keyboard.press('n')
  await expect(page.getByText(/^Trade \d+: long/)).toBeVisible()
  await page.keyboard.press('ArrowRight')

  await press(page, tabs.getByRole('link', { name: 'Trades' }), BACK)
  await press(page, page.getByRole('button', { name: 'Profit', exact: true }))
  await expect(page.getByRole('columnheader', { name: 'Profit', exact: true })).toHaveAttribute(
    'aria-sort',
    'descending',
  )

  await press(page, tabs.getByRole('link', { name: 'Breakdown' }), BACK)
  await tabTo(page, page.getByRole('radio', { name: 'Pair', exact: true }))
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('heading', { name: 'By entry tag' })).toBeVisible()

  await press(page, tabs.getByRole('link', { name: /^Settings/ }), BACK)
  await expect(page.getByRole('heading', { name: 'Asked for' })).toBeVisible()
})

test('the first stop skips to the content', async ({ reading: page }) => {
  await page.goto('/home')
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await press(page, page.getByRole('link', { name: 'Skip to the content' }))
  await expect(page.getByRole('main')).toBeFocused()
})

test('a dialog keeps the focus, closes on Escape and gives it back', async ({ reading: page }) => {
  await page.goto('/strategies')
  const opener = page.getByRole('main').getByRole('button', { name: 'New strategy' })
  await press(page, opener)
  const dialog = page.getByRole('dialog', { name: 'New strategy' })
  await expect(dialog).toBeVisible()
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab')
    const isOutside = await page.evaluate(
      () => document.activeElement?.closest('dialog, body')?.tagName === 'MAIN',
    )
    expect(isOutside).toBe(false)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(opener).toBeFocused()
})
