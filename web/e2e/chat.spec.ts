import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { z } from 'zod'

import { expect, test } from './fixtures'
import { api } from './world'

const RESULT_MS = 90_000
const PHRASE = 'On 5m candles, sell when RSI is above 60. Stop loss 5%. Buy the dip.'

test('from a phrase by way of a question to code, a run and its figures', async ({
  signedIn: page,
  member,
}) => {
  test.setTimeout(240_000)
  const { id } = await api(member, '/strategies', z.object({ id: z.string() }), { name: 'Told' })
  await page.goto(`/strategies/${id}?view=code`)
  await page.getByRole('button', { name: 'Chat', exact: true }).click()
  const chat = page.getByRole('region', { name: 'Chat' })
  await expect(chat.getByText('Offline parser', { exact: true })).toBeVisible()

  await test.step('a phrase that is not clear', () => say(chat, PHRASE))
  await test.step('choices', () => choose(chat))
  await test.step('the proposal, in light and dark', () => lookAt(page, chat))
  await test.step('use it', () => use(page, chat))
  await test.step('run it', () => run(chat))
  await test.step('on a phone', () => onAPhone(page, chat))

  await page.reload()
  await expect(chat.getByRole('region', { name: 'Result' })).toBeVisible()
  await chat.getByRole('region', { name: 'Result' }).getByRole('link').click()
  await expect(page).toHaveURL(/\/backtests\/[^/]+$/)
})

async function say(chat: Locator, text: string): Promise<void> {
  await chat.getByLabel('Message', { exact: true }).fill(text)
  await chat.page().keyboard.press('Enter')
  await expect(chat.getByRole('region', { name: 'Question' })).toBeVisible()
}

/** Answers until there is nothing left to ask. */
async function choose(chat: Locator): Promise<void> {
  const questions = chat.getByRole('region', { name: 'Question' })
  const proposal = chat.getByRole('region', { name: 'Proposal' })
  for (let asked = 1; asked <= 4; asked += 1) {
    await expect(chat.getByRole('button', { name: 'Send' })).toBeVisible()
    await questions.last().getByRole('button').first().click()
    await expect(questions.nth(asked).or(proposal)).toBeVisible()
    if (await proposal.isVisible()) return
  }
  throw new Error('Four answers were not enough.')
}

async function lookAt(page: Page, chat: Locator): Promise<void> {
  const proposal = chat.getByRole('region', { name: 'Proposal' })
  await expect(proposal.getByRole('heading', { name: 'Understood' })).toBeVisible()
  await proposal.getByText(/lines added/).click()
  await expect(proposal.getByLabel('Changed lines')).toContainText('+class ')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).include('[aria-label="Chat"]').analyze()
    expect(violations).toEqual([])
  }
}

async function use(page: Page, chat: Locator): Promise<void> {
  await chat.getByRole('button', { name: 'Use it', exact: true }).click()
  await expect(chat.getByText('In your draft')).toBeVisible()
  const editor = page.getByRole('textbox', { name: 'Code of Told' })
  await expect(editor).toContainText('IStrategy')
  await expect(editor).toContainText('rsi')
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()
}

async function run(chat: Locator): Promise<void> {
  await chat.getByRole('button', { name: 'Run a backtest' }).click()
  const result = chat.getByRole('region', { name: 'Result' })
  await expect(result).toBeVisible({ timeout: RESULT_MS })
  await expect(result).toContainText('Total profit')
  await expect(result).toContainText('Data certificate: simulated candles')
  await expect(result).toContainText('Past results')
  await expect(chat.getByText(/29 of 30/)).toBeVisible()
}

async function onAPhone(page: Page, chat: Locator): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 })
  await chat.getByLabel('Message', { exact: true }).scrollIntoViewIfNeeded()
  await expect(chat.getByRole('button', { name: 'Send' })).toBeVisible()
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(390)
}
