import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import fs from 'node:fs'

import { expect, test } from './fixtures'
import { untilLoaded } from './routes'
import { letModerate, type Member, putStrategy, signIn, signUp, startRun, untilDone } from './world'

const CODE = new URL('./strategies/calm-cross.py', import.meta.url)
// An examination is more than a dozen backtests, on a machine that may have two slow cores.
const EXAM_MS = 900_000
const RESULT_MS = 180_000

test('from a backtest to a published strategy, to somebody else’s fork and review', async ({
  page,
  browser,
}) => {
  test.setTimeout(EXAM_MS + 4 * RESULT_MS)
  const word = `calm${crypto.randomUUID().slice(0, 8).replaceAll(/\d/g, 'x')}`
  const author = await signUp('author')
  const runId = await backtested(author)
  await signIn(page, author)
  await test.step('say what it is, and have it examined', () => submit(page, runId, word))
  const path = await test.step('publish it', () => publish(page))

  await test.step('a visitor finds it and reads how much to believe', () =>
    readAsVisitor(browser, word, path))

  const other = await signUp('other')
  const reader = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage()
  await signIn(reader, other)
  await reader.goto(path)
  await test.step('try it on own pairs', () => tryIt(reader))
  await test.step('share what came of it, and take the link back', () => shareAndRevoke(reader))
  await reader.getByRole('link', { name: 'Back to the strategy' }).click()
  await test.step('review it', () => review(reader))
  await test.step('fork, change, and see the difference', () => fork(reader, word))
  await test.step('report it', () => report(reader, path))
  await reader.context().close()

  await test.step('its author sees that it is used', async () => {
    await page.goto('/marketplace/mine')
    const row = page.getByRole('row').filter({ hasText: word })
    await expect(row).toContainText('Published')
    await expect(row.getByRole('cell').nth(3)).toHaveText('1')
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  })
  await test.step('a moderator takes it down', () => takeDown(browser, path))
  await test.step('its author is told why, and nobody else finds it', () =>
    readOfTheEnd(page, path, word))
})

async function backtested(member: Member): Promise<string> {
  const strategyId = await putStrategy(member, 'Calm cross', ownCode())
  const runId = await startRun(member, strategyId, {
    pairs: ['BTC/USDT', 'ETH/USDT'],
    timeframe: '1h',
    start: '2025-01-15T00:00:00Z',
    end: '2025-02-28T00:00:00Z',
  })
  await untilDone(member, runId)
  return runId
}

/** Nobody may publish what was published before, in an earlier run of this test neither: its stop is like no other. */
function ownCode(): string {
  const stop = `stoploss = -0.2${crypto.randomUUID().replaceAll(/\D/g, '').slice(0, 9)}`
  return fs.readFileSync(CODE, 'utf8').replace('stoploss = -0.2', stop)
}

async function submit(page: Page, runId: string, word: string): Promise<void> {
  await page.goto(`/backtests/${runId}`)
  await page.getByRole('link', { name: 'Publish', exact: true }).click()
  await page.getByLabel('Handle').fill(`writer-${word}`)
  await page.getByRole('textbox', { name: 'Name' }).fill('A writer')
  await page.getByRole('button', { name: 'Go on' }).click()

  await page.getByLabel('Title').fill(`Calm cross ${word}`)
  await page.getByLabel('In one sentence').fill('Follows the crossing of two averages.')
  await page
    .getByRole('textbox', { name: 'Description' })
    .fill('## How\n\nIt *waits* for two averages to cross.')
  const preview = page.getByRole('region', { name: 'Preview of the description' })
  await expect(preview.getByRole('heading', { name: 'How' })).toBeVisible()
  await page.getByLabel('Tags').fill('calm, averages')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.getByRole('button', { name: 'Have it examined' }).click()
}

async function publish(page: Page): Promise<string> {
  const press = page.getByRole('button', { name: 'Publish it' })
  const runs = page.getByRole('list', { name: 'What is run' })
  await expect(runs.or(press).first()).toBeVisible({ timeout: RESULT_MS })
  await expect(press).toBeVisible({ timeout: EXAM_MS })
  await expect(page.getByRole('region', { name: 'How much to believe' })).toBeVisible()
  await press.click()
  await expect(page.getByRole('navigation', { name: 'Parts of the listing' })).toBeVisible()
  return new URL(page.url()).pathname
}

async function readAsVisitor(browser: Browser, word: string, path: string): Promise<void> {
  const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage()
  await page.goto('/marketplace')
  await page.getByRole('searchbox').fill(word)
  await expect(page).toHaveURL(new RegExp(`q=${word}`))
  const card = page.getByRole('article').filter({ hasText: word })
  // What was published a moment ago is found a moment later.
  await expect(async () => {
    if ((await card.count()) === 0) await page.reload()
    await expect(card).toBeVisible({ timeout: 5_000 })
  }).toPass({ timeout: RESULT_MS })
  await expect(card.getByRole('group', { name: 'Before publication' })).toContainText('trades')
  await expect(card.getByText('First figures after a day')).toBeVisible()
  await untilLoaded(page)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])

  await card.getByRole('link', { name: `Calm cross ${word}` }).click()
  expect(new URL(page.url()).pathname).toBe(path)
  await expect(page.getByRole('link', { name: 'Sign in to try it' })).toBeVisible()
  const figures = page.getByRole('table', { name: 'Figures before and since publication' })
  await expect(figures.getByRole('row', { name: /^Profit [+−]?[\d.]+ % –$/ })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Growth of the balance/ })).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])

  await page.getByRole('link', { name: 'Trust', exact: true }).click()
  const report = page.getByRole('region', { name: 'How much to believe' })
  await expect(report.getByRole('heading', { name: /^Look-ahead Good/ })).toBeVisible()
  await page.getByRole('link', { name: 'Versions and code' }).click()
  await expect(page.getByRole('textbox', { name: 'Code of version 1' })).toContainText('CalmCross')
  await page.goto(`${path}/versions?version=1&line=24`)
  await expect(page.locator('[aria-current="true"].cm-line')).toBeInViewport()
  await page.context().close()
}

async function tryIt(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try it' }).click()
  const dialog = page.getByRole('dialog', { name: /^Try “Calm cross/ })
  await dialog.getByRole('button', { name: 'None', exact: true }).click()
  await dialog.getByRole('checkbox', { name: /^ADA\/USDT/ }).check()
  await dialog.getByRole('textbox', { name: 'First day' }).fill('2025-02-01')
  await dialog.getByRole('textbox', { name: 'Last day' }).fill('2025-02-20')
  await dialog.getByRole('button', { name: 'Run the backtest' }).click()
  const tabs = page.getByRole('navigation', { name: 'Parts of the result' })
  await expect(tabs).toBeVisible({ timeout: RESULT_MS })
  await expect(page.getByText(/^ADA\/USDT on simulated/)).toBeVisible()
}

async function shareAndRevoke(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this result' })
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  const link = dialog.getByRole('list', { name: 'Links to this result' }).getByRole('link')
  const address = (await link.first().getAttribute('href')) ?? ''
  expect((await page.request.get(address)).status()).toBe(200)
  await dialog.getByRole('button', { name: 'Take it back' }).click()
  await expect(dialog.getByText(/^Taken back/)).toBeVisible()
  expect((await page.request.get(`${address}?again`)).status()).toBe(410)
  await dialog.getByRole('button', { name: 'Close' }).click()
}

async function review(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Reviews', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Your review' })).toBeVisible()
  await page.getByRole('radio', { name: '4' }).check({ force: true })
  await page.getByLabel('What should others know?').fill('Slow, but *steady*.')
  await page.getByRole('button', { name: 'Publish the review' }).click()
  const item = page.getByRole('article').filter({ hasText: 'Slow, but steady.' })
  await expect(item.getByRole('img', { name: '4 of 5 stars' })).toBeVisible()
  await expect(page.getByText('4.0 of 5 in 1 review')).toBeVisible()
  await untilLoaded(page)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
}

async function fork(page: Page, word: string): Promise<void> {
  await page.getByRole('button', { name: 'Fork', exact: true }).click()
  await expect(page.getByText(/^Forked from/)).toBeVisible()
  await page.getByRole('textbox', { name: `Code of Calm cross ${word}` }).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText('\n# Waits for more.')
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Save version' }).first().click()
  const dialog = page.getByRole('dialog', { name: /^Save as version/ })
  await dialog.getByRole('button', { name: 'Save version' }).click()
  await expect(dialog).toBeHidden()

  await page.getByRole('link', { name: 'See what you changed' }).click()
  const changes = page.getByRole('region', { name: 'What you changed' })
  await expect(changes.getByRole('textbox', { name: 'Difference' })).toContainText(
    '# Waits for more.',
  )
}

async function report(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('button', { name: 'Report', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Report this strategy' })
  await dialog.getByLabel('What is wrong with it?').selectOption('misleading')
  await dialog.getByLabel('What should the moderators know?').fill('It promises too much.')
  await dialog.getByRole('button', { name: 'Report' }).click()
  await expect(page.getByText('Reported. A moderator will look at it.')).toBeVisible()
}

async function takeDown(browser: Browser, path: string): Promise<void> {
  const moderator = await signUp('moderator')
  letModerate(moderator)
  const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage()
  await signIn(page, moderator)
  await page.goto('/moderation')
  const row = page.getByRole('row').filter({ hasText: path.split('/').at(-1) ?? '' })
  await row.getByRole('link', { name: /^Open case/ }).click()
  await expect(page.getByText('It promises too much.')).toBeVisible()
  await page.getByRole('button', { name: 'Take it' }).click()
  await expect(page.getByText('You have it in hand.')).toBeVisible()
  await page.getByLabel('Decision').selectOption('Take the listing down')
  await page.getByRole('textbox', { name: 'Reason' }).fill('Nothing of the kind was shown.')
  await page.getByRole('button', { name: 'Decide' }).click()
  await expect(page.getByRole('region', { name: 'Decided before' })).toContainText(
    'Take the listing down',
  )
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.context().close()
}

async function readOfTheEnd(page: Page, path: string, word: string): Promise<void> {
  await page.goto('/marketplace/notices')
  await expect(page.getByText(/Nothing of the kind was shown/)).toBeVisible()
  await page.goto('/marketplace/mine')
  await expect(page.getByRole('row').filter({ hasText: word })).toContainText('Suspended')
  const answer = await page.request.get(
    `/api/v1${path.replace('/marketplace', '/marketplace/listings')}`,
  )
  expect(answer.status()).toBe(404)
}
