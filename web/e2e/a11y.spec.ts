import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { expect, test } from './fixtures'
import { memberPaths, PUBLIC_PATHS, runPaths, untilLoaded, visit } from './routes'

/** What axe finds on the page as it stands: everything in light, then the contrasts in dark. */
async function violations(page: Page, part = 'html'): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await new AxeBuilder({ page }).include(part).analyze()
  await page.emulateMedia({ colorScheme: 'dark' })
  const dark = await new AxeBuilder({ page }).include(part).withRules('color-contrast').analyze()
  return [...light.violations, ...dark.violations].flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  )
}

async function checkAll(page: Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await visit(page, path)
    expect.soft(await violations(page), path).toEqual([])
  }
}

test('axe finds nothing on the public pages', async ({ page }) => {
  await checkAll(page, PUBLIC_PATHS)
})

test('axe finds nothing in the tabs of a result', async ({ reading, world }) => {
  await checkAll(reading, runPaths(world.runs[0]))
})

test('axe finds nothing on the other pages behind the sign-in', async ({ reading, world }) => {
  const tabs = runPaths(world.runs[0])
  await checkAll(
    reading,
    memberPaths(world).filter((path) => !tabs.includes(path)),
  )
})

test('axe finds nothing on pages that are still empty', async ({ signedIn }) => {
  await checkAll(signedIn, ['/home', '/strategies', '/backtests', '/backtests/new', '/compare'])
})

test('axe finds nothing in the dialogs', async ({ reading, world }) => {
  const dialogs: [path: string, buttons: string[]][] = [
    ['/strategies', ['New strategy']],
    [`/strategies/${world.strategyId}`, ['Rename', 'Save version', 'Keyboard']],
    [`/backtests/${world.runs[0]}/details`, ['Delete this backtest…']],
    [`/backtests/${world.runs[0]}`, ['Share']],
    ['/settings', ['Make a token', 'Delete the account…']],
  ]
  for (const [path, buttons] of dialogs) {
    await visit(reading, path)
    for (const button of buttons) {
      await reading.getByRole('main').getByRole('button', { name: button }).first().click()
      await expect(reading.getByRole('dialog')).toBeVisible()
      await untilLoaded(reading)
      expect.soft(await violations(reading, 'dialog[open]'), `${path}: ${button}`).toEqual([])
      await reading.getByRole('button', { name: 'Close' }).click()
    }
  }
})
