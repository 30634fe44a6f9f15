import type { Page } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import { z } from 'zod'

import { expect, test } from './fixtures'
import { api, memberOf, PASSWORD } from './world'

const RESULT_MS = 90_000
const DAYS = 20
const PAIRS = ['BTC/USDT', 'ETH/USDT', 'ADA/USDT']

const summarySchema = z.object({
  verified: z.object({ closedTrades: z.object({ total_trades: z.number() }) }),
})

test('from an account to two results, their comparison and their files', async ({ page }) => {
  test.setTimeout(280_000)
  const email = `traveller-${crypto.randomUUID()}@candlewick.example`
  await test.step('sign up', () => signUp(page, email))
  await test.step('a strategy from a template', () => makeStrategy(page))
  await test.step('a mistake is shown and mended', () => editWithMistake(page))
  await test.step('save', () => saveVersion(page))
  await test.step('fill the form and run', () => runFromForm(page))
  await test.step('watch', () => watchUntilDone(page))

  const runId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const summary = await api(await memberOf(email), `/backtests/${runId}/summary`, summarySchema)
  const trades = summary.verified.closedTrades.total_trades
  expect(trades).toBeGreaterThan(10)
  await test.step('overview', () => readOverview(page, trades))
  await test.step('metrics', () => readMetrics(page, trades))
  await test.step('trust', () => readTrust(page, trades))
  await test.step('chart', () => readChart(page))
  await test.step('trades', () => readTrades(page, trades))
  await test.step('breakdown', () => readBreakdown(page, trades))
  await test.step('settings, code, log', () => readDetails(page))
  await test.step('the archive', () => openArchive(page))

  await test.step('repeat with one change', () => repeatWithOneChange(page))
  await test.step('watch again', () => watchUntilDone(page))
  await test.step('compare', () => compareBoth(page))
})

async function signUp(page: Page, email: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('link', { name: 'Make an account' }).click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make an account' }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
}

async function makeStrategy(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Strategies', exact: true }).click()
  await page.getByRole('main').getByRole('button', { name: 'New strategy' }).first().click()
  await page.getByRole('radio', { name: /Two timeframes/ }).check()
  await page.getByLabel('Name').fill('Journey')
  await page.getByRole('button', { name: 'Create strategy' }).click()
  await expect(page.getByRole('textbox', { name: 'Code of Journey' })).toBeVisible()
}

async function editWithMistake(page: Page): Promise<void> {
  const problems = page.getByRole('region', { name: 'Problems' })
  await expect(problems).toContainText('No problems')
  await page.getByRole('textbox', { name: 'Code of Journey' }).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\nSTEPS = undefined_steps')
  await expect(problems.getByRole('button', { name: /undefined_steps/ }).first()).toBeVisible()
  await expect(problems).toContainText(/[1-9] errors?/)

  await page.keyboard.press('Shift+Home')
  await page.keyboard.insertText('STEPS = 3')
  await expect(problems).toContainText('No problems')
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()
}

async function saveVersion(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'Save version' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Save as version 2' })
  await dialog.getByLabel('Note').fill('with steps')
  await dialog.getByRole('button', { name: 'Save version' }).click()
  await expect(page.getByText('Version 2, unchanged')).toBeVisible()
}

async function runFromForm(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Run backtest' }).click()
  await expect(page.getByLabel('Version')).toHaveValue('2')
  await page.getByLabel('Timeframe', { exact: true }).selectOption('5m')
  for (const pair of PAIRS) await page.getByRole('checkbox', { name: new RegExp(pair) }).check()
  await page.getByRole('textbox', { name: 'First day' }).fill('2025-02-01')
  await page.getByRole('textbox', { name: 'Last day' }).fill('2025-02-20')
  const plan = page.getByRole('complementary', { name: 'What will be run' })
  await expect(plan).toContainText(/Run Journey version 2 on 3 pairs of .* in 5m candles/)
  await expect(plan).toContainText(`(${DAYS} days)`)
  await expect(plan).toContainText('Simulated market')
  await page.getByRole('button', { name: 'Run the backtest' }).click()
}

async function watchUntilDone(page: Page): Promise<void> {
  const tabs = page.getByRole('navigation', { name: 'Parts of the result' })
  // A run may be over between two looks at its steps.
  const bar = page.getByRole('progressbar', { name: 'Progress of this backtest' })
  await expect(bar.or(tabs).first()).toBeVisible()
  const loaded = page
    .getByRole('listitem')
    .filter({ hasText: 'Loading Freqtrade and the strategy (done)' })
  await expect(loaded.or(tabs).first()).toBeVisible({ timeout: RESULT_MS })
  await expect(tabs).toBeVisible({ timeout: RESULT_MS })
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Verified')
}

async function openTab(page: Page, name: string | RegExp): Promise<void> {
  const tabs = page.getByRole('navigation', { name: 'Parts of the result' })
  await tabs.getByRole('link', { name }).click()
}

async function readOverview(page: Page, trades: number): Promise<void> {
  const figure = (name: string) =>
    page
      .locator('dl > div')
      .filter({ has: page.locator('dt', { hasText: name }) })
      .first()
  await expect(figure('Trades')).toContainText(new RegExp(`${trades}.*% won`))
  await expect(figure('Profit')).toContainText(/[+−][\d.]+ %/)
  await expect(figure('Deepest drawdown')).toContainText(/\d %.*USDT/)

  await page.getByText('As a table, day by day').click()
  const days = page.getByRole('table', { name: 'Balance at the end of each day' })
  await expect(days.getByRole('row')).toHaveCount(DAYS + 1)
  await expect(days.getByRole('row').last()).toContainText('2025')

  const candles = page.getByRole('table', { name: /Candles of each pair/ })
  for (const pair of PAIRS) {
    await expect(candles.getByRole('row').filter({ hasText: pair })).toContainText(/5,7\d\d/)
  }
  await expect(page.locator('code').filter({ hasText: /^[0-9a-f]{64}$/ })).toBeVisible()
}

async function readMetrics(page: Page, trades: number): Promise<void> {
  await openTab(page, 'Metrics')
  const row = (name: string) =>
    page
      .getByRole('row')
      .filter({ has: page.locator('summary', { hasText: new RegExp(`^${name}$`) }) })
  await expect(row('Starting balance')).toContainText('1,000.00 USDT')
  await expect(row('Closed trades').getByRole('cell').first()).toHaveText(String(trades))
  expect(await page.getByRole('row').count()).toBeGreaterThan(100)
  await page.getByRole('searchbox', { name: 'Find a metric' }).fill('profit factor')
  await expect(row('Starting balance')).toHaveCount(0)
  await row('Profit factor').locator('summary').click()
  await expect(page.getByText('gross profit / |gross loss|')).toBeVisible()
}

async function readChart(page: Page): Promise<void> {
  await openTab(page, 'Chart')
  await page.getByText('Show the candles in view as a table').click()
  const table = page.getByRole('table', { name: /Candles of \w+\/USDT in view/ })
  await expect(table.getByRole('columnheader')).toContainText(['Opened', 'Open', 'High', 'Low'])
  await expect(table.getByRole('row').nth(5)).toContainText(/2025.*\d/)
  await page.getByRole('button', { name: /^Next trade/ }).click()
  await expect(page.getByText(/^Trade \d+: long \w+\/USDT at .*, closed at/)).toBeVisible()
}

async function readTrades(page: Page, trades: number): Promise<void> {
  await openTab(page, 'Trades')
  const section = page.getByRole('region', { name: 'Trades' })
  await expect(section.getByRole('status')).toContainText(new RegExp(`^${trades} trades, [+−]`))
  await section.getByLabel('Filter by Pair').fill('ETH')
  await expect(section.getByRole('status')).toContainText(`of ${trades} trades`)
  await expect(section.getByRole('row').nth(2)).toContainText('ETH/USDT')
  await section
    .getByRole('button', { name: /^Orders of trade/ })
    .first()
    .click()
  await expect(section.getByRole('row').nth(3)).toContainText(/buy|entry/i)
  await section
    .getByRole('link', { name: /on the chart/ })
    .first()
    .click()
  await expect(page.getByText(/^Trade \d+: long ETH\/USDT/)).toBeVisible()
}

async function readBreakdown(page: Page, trades: number): Promise<void> {
  await openTab(page, 'Breakdown')
  const table = page.getByRole('table', { name: 'Results by pair' })
  for (const pair of PAIRS) await expect(table.getByRole('row', { name: pair })).toContainText('%')
  await page.getByText('Entry tag', { exact: true }).click()
  await expect(page.getByRole('row', { name: 'with the trend' })).toContainText(String(trades))
  await page.getByText('Exit reason', { exact: true }).click()
  await expect(page.getByRole('row', { name: 'trend lost' })).toBeVisible()
}

async function readDetails(page: Page): Promise<void> {
  await openTab(page, /^Settings/)
  const asked = page.getByRole('region', { name: 'Asked for' })
  await expect(asked).toContainText('Journey, version 2')
  await expect(asked).toContainText('BTC/USDT, ETH/USDT, ADA/USDT')
  await expect(page.getByRole('region', { name: 'Code of version 2' })).toContainText('IStrategy')
  await expect(page.getByRole('log')).toContainText(/freqtrade/i)
}

async function readTrust(page: Page, trades: number): Promise<void> {
  await page.getByRole('link', { name: 'Trust', exact: true }).click()
  const panel = page.getByRole('region', { name: 'How much to believe' })
  await expect(panel.getByRole('heading', { name: /^Look-ahead / })).toBeVisible()
  await expect(panel).toContainText(`${trades} closed trades`)
  await expect(panel.getByText(/given one run of this strategy/)).toBeVisible()
  await expect(page.getByRole('img', { name: /^Balance after/ })).toBeVisible()
}

async function openArchive(page: Page): Promise<void> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'result.zip' }).click(),
  ])
  const address = new URL(download.url())
  expect(address.searchParams.get('X-Goog-Signature')).toMatch(/^[0-9a-f]{64,}$/)
  expect(address.search).not.toContain('eyJ') // how every token begins
  const list = execFileSync('python3', ['-m', 'zipfile', '-l', await download.path()], {
    encoding: 'utf8',
  })
  expect(list).toMatch(/backtest-result\S*\.json/)
  expect(list).toMatch(/\.py\s/)
  await expect(page.getByRole('alert')).toHaveCount(0)
}

async function repeatWithOneChange(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Repeat with one change' }).click()
  const plan = page.getByRole('complementary', { name: 'What will be run' })
  await expect(plan).toContainText('Nothing differs from the run before')
  await page.getByLabel('Open trades at most').fill('2')
  await expect(plan).toContainText('Differs from the run before in: open trades.')
  await page.getByRole('button', { name: 'Run the backtest' }).click()
}

async function compareBoth(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Backtests', exact: true }).first().click()
  const boxes = page.getByRole('checkbox', { name: /^Compare Journey v2/ })
  await expect(boxes).toHaveCount(2)
  for (const box of await boxes.all()) await box.check()
  await page.getByRole('link', { name: 'Compare 2' }).click()

  const metrics = page.getByRole('table', { name: 'Metrics of the compared runs' })
  await expect(metrics.getByRole('row', { name: /^Trades \d+ \d+/ })).toBeVisible()
  await expect(metrics.getByText('Best:').first()).toBeAttached()
  const settings = page.getByRole('table', { name: 'Settings that differ' })
  await expect(settings.getByRole('row', { name: /^Open trades at most/ })).toContainText('2')
  await expect(page.getByText('Both runs used the same code.')).toBeVisible()
}
