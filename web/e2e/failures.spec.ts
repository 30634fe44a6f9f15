import type { Page, Route } from '@playwright/test'

import { expect, test } from './fixtures'
import { template } from './setup'
import { putStrategy, startRun } from './world'

const RAISING = template().replace(
  'macd = ta.MACD(dataframe)',
  'macd = ta.MACD(dataframe)\n        raise ValueError("the guilty words")',
)

/** What the API may fail with, and what the page then says. */
const FAILURES: readonly {
  name: string
  fail: (route: Route) => Promise<void>
  words: RegExp
}[] = [
  {
    name: 'a problem of the server',
    fail: (route) => route.fulfill({ status: 500, body: 'not even JSON' }),
    words: /could not answer/,
  },
  {
    name: 'too many requests',
    fail: (route) =>
      route.fulfill({
        status: 429,
        headers: { 'Retry-After': '1' },
        contentType: 'application/problem+json',
        json: { title: 'Too many requests', status: 429, detail: 'Wait a second, then try again.' },
      }),
    words: /Wait a second/,
  },
  {
    name: 'no net',
    fail: (route) => route.abort('internetdisconnected'),
    words: /No connection to Candlewick/,
  },
]

const PAGES: readonly {
  name: string
  api: RegExp
  path: (run: string) => string
  shows: string
}[] = [
  {
    name: 'the list of backtests',
    api: /\/api\/v1\/backtests\?/,
    path: () => '/backtests',
    shows: '2 backtests',
  },
  {
    name: 'the page of a run',
    api: /\/api\/v1\/backtests\/\w+$/,
    path: (run) => `/backtests/${run}`,
    shows: 'Trend filter v1',
  },
  {
    name: 'the trades of a run',
    api: /\/api\/v1\/backtests\/\w+\/trades$/,
    path: (run) => `/backtests/${run}/trades`,
    shows: 'Trades',
  },
]

test.describe('a failing API', () => {
  test.use({ expectedErrors: [/status of (500|429)|ERR_INTERNET_DISCONNECTED/] })

  for (const { name, fail, words } of FAILURES) {
    for (const { name: place, api, path, shows } of PAGES) {
      test(`${name} on ${place} is told in words, and a retry works`, async ({
        reading: page,
        world,
      }) => {
        await page.clock.install()
        await page.route(api, fail)
        await page.goto(path(world.runs[0]))
        await untilToldWith(page, words)

        await page.unroute(api)
        await page.getByRole('button', { name: 'Try again' }).first().click()

        await expect(page.getByRole('alert')).toHaveCount(0)
        await expect(page.getByRole('main').getByText(shows).first()).toBeVisible()
      })
    }
  }
})

/** Lets the pauses between the page's own attempts pass at once. */
async function untilToldWith(page: Page, words: RegExp): Promise<void> {
  await expect(async () => {
    await page.clock.runFor(5_000)
    await expect(page.getByRole('alert').filter({ hasText: words }).first()).toBeVisible({
      timeout: 250,
    })
  }).toPass()
}

test('a strategy that raises: the failure names the line, and the editor opens there', async ({
  signedIn: page,
  member,
}) => {
  const runId = await startRun(member, await putStrategy(member, 'Raises', RAISING))
  await page.goto(`/backtests/${runId}`)
  await expect(page.getByRole('heading', { name: 'The strategy raised an error' })).toBeVisible({
    timeout: 60_000,
  })

  await expect(page.getByText('the guilty words').first()).toBeVisible()
  const lines = page.getByRole('list', { name: /Lines of the strategy/ })
  await expect(lines.getByRole('listitem').last()).toContainText('raise ValueError')
  await expect(lines.getByRole('listitem').last()).toContainText('in populate_indicators')
  await expect(page.getByRole('log')).toContainText('freqtrade')

  await page.getByRole('link', { name: /^Open line \d+ in the editor/ }).click()
  await expect(page.locator('.cm-activeLine')).toContainText('raise ValueError')
})

test('a run is cancelled, and can be repeated or deleted', async ({ signedIn: page, member }) => {
  const strategyId = await putStrategy(member, 'Stopped', template())
  const runId = await startRun(member, strategyId)
  await page.goto(`/backtests/${runId}`)
  await page.getByRole('button', { name: 'Cancel run' }).click()

  await expect(page.getByRole('heading', { name: 'This run was cancelled' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Repeat with one change' })).toBeVisible()

  await page.getByRole('button', { name: 'Delete this backtest…' }).click()
  await page.getByLabel(/^Type/).fill('Stopped')
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('No backtests yet')).toBeVisible()
})
