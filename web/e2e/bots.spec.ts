import type { Locator, Page } from '@playwright/test'
import { createHmac } from 'node:crypto'
import fs from 'node:fs'
import { z } from 'zod'

import { expect, test } from './fixtures'
import {
  MAILBOX,
  type Member,
  openAccount,
  putStrategy,
  received,
  startRun,
  untilDone,
} from './world'

// A bot starts Freqtrade, which takes as long as the machine has to spare.
const BOT_MS = 120_000
const CODE = new URL('strategies/every-candle.py', import.meta.url)
const SECRET = 'between-us-two'
const PAPER = 'Paper runner'
const REAL = 'Real runner'

const mailsSchema = z.array(z.object({ subject: z.string(), text: z.string() }))
const hooksSchema = z.array(
  z.object({ headers: z.record(z.string(), z.string()), body: z.string() }),
)
const alertSchema = z.object({ bot: z.string(), kind: z.string(), link: z.string() })

test('bots from a key to the kill switch, told of by mail and webhook', async ({
  signedIn: page,
  member,
}) => {
  test.setTimeout(400_000)
  const strategyId = await putStrategy(member, 'Every candle', fs.readFileSync(CODE, 'utf8'))
  const run = startRun(member, strategyId, {
    pairs: ['BTC/USDT', 'ETH/USDT'],
    end: '2025-02-02T00:00:00Z',
  })
  await test.step('add an exchange key', () => addKey(page, member))
  await test.step('say where to be told', () => setAlerts(page, member))
  await untilDone(member, await run)

  await test.step('make and start a paper bot', () => startPaper(page))
  await test.step('real money asks for the name', () => startReal(page))
  await test.step('trades come', () => watchTrades(page))
  await test.step('take a pair away and give it back', () => banAndAllow(page))
  await test.step('pause', () => pause(page))
  await test.step('force an exit', () => forceExit(page))
  await test.step('stop', () => stop(page))
  await test.step('the chart and the backtest of the same time', () => compare(page))
  await test.step('the kill switch stops two', () => killBoth(page))
  await test.step('a mail and a webhook tell of it', () => readAlerts(member))
})

function hookOf({ email }: Member): string {
  return `/hooks/${email}`
}

/** The bot's state, beside its name. */
function state(page: Page, text: string): Locator {
  return page.getByRole('heading', { level: 1 }).getByText(text, { exact: true })
}

/** What the bot was told by that name. */
function told(page: Page, name: string | RegExp): Locator {
  return page.getByRole('table', { name: /^Commands/ }).getByRole('row', { name })
}

async function openBot(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Bots', exact: true }).first().click()
  await page.getByRole('link', { name, exact: true }).click()
}

async function addKey(page: Page, { email }: Member): Promise<void> {
  const issued = await openAccount(email)
  await page.goto('/settings')
  const panel = page.getByRole('region', { name: 'Exchange keys' })
  await panel.getByRole('button', { name: 'Add a key' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add an exchange key' })
  await dialog.getByLabel('Name').fill('Play money')
  await dialog.getByLabel('API key').fill(issued.apiKey)
  await dialog.getByLabel('Secret').fill(issued.secret)
  await dialog.getByRole('button', { name: 'Check and add' }).click()
  await expect(panel.getByRole('row', { name: /Play money/ })).toContainText('works')
  await expect(page.getByText(issued.secret)).toHaveCount(0)
}

async function setAlerts(page: Page, member: Member): Promise<void> {
  const panel = page.getByRole('region', { name: 'Alerts' })
  await panel.getByLabel('E-mail').fill(member.email)
  await panel.getByLabel('Webhook', { exact: true }).fill(MAILBOX + hookOf(member))
  await panel.getByLabel('Webhook’s secret').fill(SECRET)
  await panel.getByRole('button', { name: 'Save alerts' }).click()
  await expect(page.getByText('Saved where you are told.')).toBeVisible()
}

async function fillBot(page: Page, name: string, mode: string): Promise<void> {
  await page.goto('/bots/new')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Mode').selectOption({ label: mode })
  await expect(page.getByLabel('Pairs')).toHaveValue('BTC/USDT, ETH/USDT')
}

async function make(page: Page, sentence: RegExp): Promise<void> {
  const plan = page.getByRole('complementary', { name: 'What will happen' })
  await expect(plan).toContainText(sentence)
  await page.getByRole('button', { name: 'Make the bot' }).click()
  await expect(state(page, 'Stopped')).toBeVisible()
}

async function startPaper(page: Page): Promise<void> {
  await fillBot(page, PAPER, 'Paper money')
  await make(page, /1000 USDT of paper money/)
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(state(page, 'Starting')).toBeVisible()
}

async function startReal(page: Page): Promise<void> {
  await fillBot(page, REAL, 'Real money')
  await page.getByLabel('Exchange key').selectOption({ label: 'Play money' })
  await make(page, /No real money is involved/)
  await page.getByRole('button', { name: 'Start with real money' }).click()
  const dialog = page.getByRole('dialog', { name: `Start ${REAL} with real money` })
  const start = dialog.getByRole('button', { name: 'Start with real money' })
  await dialog.getByRole('textbox').fill('Something else')
  await expect(start).toBeDisabled()
  await dialog.getByRole('textbox').fill(REAL)
  await start.click()
  await expect(state(page, 'Starting')).toBeVisible()
}

async function watchTrades(page: Page): Promise<void> {
  await openBot(page, PAPER)
  await expect(state(page, 'Running')).toBeVisible({ timeout: BOT_MS })
  const open = page.getByRole('table', { name: 'Open trades' })
  await expect(open.getByRole('row', { name: /ETH\/USDT/ })).toContainText('even', {
    timeout: BOT_MS,
  })
  const closed = page.getByRole('table', { name: /^Closed trades/ })
  await expect(closed.getByRole('row', { name: /BTC\/USDT/ }).first()).toContainText(
    'exit signal',
    { timeout: BOT_MS },
  )
  const decided = page.getByRole('table', { name: /decided on the last candle/ })
  await expect(decided.getByRole('row', { name: /ETH\/USDT/ })).toContainText(/Trade \d+ is open/, {
    timeout: BOT_MS,
  })
}

async function banAndAllow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Blacklist BTC/USDT' }).click()
  await expect(told(page, 'Blacklist BTC/USDT')).toContainText('done', { timeout: BOT_MS })
  const decided = page.getByRole('table', { name: /decided on the last candle/ })
  await expect(decided.getByRole('row', { name: /BTC\/USDT/ })).toContainText('blacklist', {
    timeout: BOT_MS,
  })
  await page.getByRole('button', { name: 'Allow BTC/USDT' }).click()
  await expect(told(page, 'Allow BTC/USDT')).toContainText('done', { timeout: BOT_MS })
}

async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause entries' }).click()
  await expect(state(page, 'Paused')).toBeVisible({ timeout: BOT_MS })
  await expect(told(page, 'Pause')).toContainText('done', { timeout: BOT_MS })
}

async function forceExit(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Exit ETH\/USDT/ }).click()
  await expect(told(page, /Force exit trade/)).toContainText('done', { timeout: BOT_MS })
  const closed = page.getByRole('table', { name: /^Closed trades/ })
  await expect(closed.getByRole('row', { name: /ETH\/USDT/ })).toContainText('force exit', {
    timeout: BOT_MS,
  })
}

async function stop(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Stop the bot' }).click()
  await expect(state(page, 'Stopped')).toBeVisible({ timeout: BOT_MS })
}

async function compare(page: Page): Promise<void> {
  const chart = page.getByRole('region', { name: 'Chart', exact: true })
  await chart.getByText('Show the candles in view as a table').click()
  const candles = chart.getByRole('table', { name: /Candles of \w+\/USDT in view/ })
  await expect(candles.getByRole('row').nth(5)).toContainText(/2025.*\d/)
  await chart.getByRole('button', { name: /^Next trade/ }).click()
  await expect(chart.getByText(/^Trade \d+: long \w+\/USDT at .*, closed at/)).toBeVisible()

  await page.getByRole('button', { name: 'Backtest the same time' }).click()
  const causes = page.getByRole('table', { name: /^Causes of the difference/ })
  await expect(causes).toBeVisible({ timeout: BOT_MS })
  await expect(causes.getByRole('row', { name: /^Difference/ })).toContainText('USDT')
  const trades = page.getByRole('table', { name: /trades compared/ })
  await expect(trades.getByRole('row', { name: /^ETH\/USDT/ }).first()).toContainText('Override')
}

async function killBoth(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByRole('link', { name: 'Bots', exact: true }).first().click()
  const list = page.getByRole('table', { name: 'Bots, the newest first' })
  await expect(list.getByRole('row', { name: REAL })).toContainText('Running', { timeout: BOT_MS })
  await page.getByRole('button', { name: 'Stop all' }).click()
  const dialog = page.getByRole('dialog', { name: 'Stop all bots' })
  await expect(dialog).toContainText('2 bots will stop')
  await dialog.getByRole('button', { name: 'Stop all bots' }).click()
  for (const name of [PAPER, REAL]) {
    await expect(list.getByRole('row', { name })).toContainText('Stopped', { timeout: BOT_MS })
  }
  await expect(page.getByRole('button', { name: 'Stop all' })).toHaveCount(0)
}

async function readAlerts(member: Member): Promise<void> {
  const subjects = async () =>
    (await received(`/mails?to=${member.email}`, mailsSchema)).map(({ subject }) => subject)
  const mails = expect.poll(subjects, { timeout: BOT_MS })
  await mails.toEqual(
    expect.arrayContaining([
      `${PAPER} entered a trade (ETH/USDT)`,
      `${PAPER} closed a trade (ETH/USDT)`,
      `${PAPER} stopped`,
      `${REAL} stopped`,
    ]),
  )
  const hooks = await received(hookOf(member), hooksSchema)
  for (const { headers, body } of hooks) {
    const [at] = /(?<=^t=)\d+/.exec(headers['Candlewick-Signature'] ?? '') ?? []
    const digest = createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')
    expect(headers['Candlewick-Signature']).toBe(`t=${at},v1=${digest}`)
  }
  const alerts = hooks.map(({ body }) => alertSchema.parse(JSON.parse(body)))
  expect(alerts.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['started', 'entry', 'exit', 'stopped']),
  )
  expect(alerts[0]?.link).toMatch(/\/bots\/\w+$/)
}
