import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { z } from 'zod'

import { expect, test } from './fixtures'
import { visit } from './routes'
import { api, type Member, putStrategy } from './world'

const RESULT_MS = 90_000
const draftSchema = z.object({ code: z.string().nullable() })
const examplesSchema = z.object({
  items: z.array(z.object({ name: z.string(), spec: z.record(z.string(), z.unknown()) })),
})
const summarySchema = z.object({
  verified: z.object({ closedTrades: z.object({ total_trades: z.number() }) }),
})

/** Saves an example's code as a strategy, and opens it as blocks. */
async function openExample(page: Page, member: Member, name: string): Promise<string> {
  const { items } = await api(member, '/specs/examples', examplesSchema)
  const spec = items.find((item) => item.name === name)?.spec
  const { code } = await api(member, '/specs/compile', z.object({ code: z.string() }), { spec })
  const id = await putStrategy(member, name, code)
  await visit(page, `/strategies/${id}?view=blocks`)
  await expect(page.getByRole('region', { name: 'Blocks' })).toBeVisible()
  return id
}

async function draftOf(member: Member, id: string): Promise<string> {
  return (await api(member, `/strategies/${id}/draft`, draftSchema)).code ?? ''
}

const blocks = (page: Page) => page.getByRole('region', { name: 'Blocks' })
const sentence = (page: Page) => page.getByLabel('The strategy in words')
const conditions = (page: Page, rule: string) =>
  page
    .getByRole('list', { name: `Conditions of the rule ${rule}` })
    .locator(':scope > li[data-block]')

async function namesOf(items: Locator): Promise<(string | null)[]> {
  return items.evaluateAll((found) => found.map((item) => item.getAttribute('aria-label')))
}

test('from blocks alone to code, to blocks, by the chat to both, and to a result', async ({
  signedIn: page,
  member,
}) => {
  test.setTimeout(240_000)
  await test.step('begin', () => begin(page))
  await test.step('build', () => build(page))
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''

  await test.step('the chart shows what it would have done', async () => {
    await expect(
      page.getByRole('img', { name: /candles of .* with [1-9]\d* signals?/ }),
    ).toBeVisible()
    await page.getByRole('button', { name: 'Earlier signal' }).click()
    const why = page.getByRole('region', { name: /^Why \(no\) trade at/ })
    await expect(why).toContainText(/rsi\(14\) = \d/)
    await expect(why).toContainText('yes')
  })

  await test.step('the code says the same', async () => {
    await page.getByRole('radio', { name: 'Both' }).check()
    const code = page.getByRole('textbox', { name: 'Code of Built' })
    await expect(code).toContainText('class Built(IStrategy)')
    await expect.poll(() => draftOf(member, id)).toContain('crossed_below(dataframe["rsi"], 40)')
  })

  await test.step('blocks follow the code', async () => {
    const lines = (await draftOf(member, id)).split('\n')
    const line = lines.findIndex((text) => text.includes('crossed_below(dataframe["rsi"], 40)'))
    const behind = lines[line]?.split('40)')[1] ?? ''
    await page.getByRole('textbox', { name: 'Code of Built' }).click()
    await page.keyboard.press('Control+Home')
    for (let at = 0; at < line; at++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    for (let at = 0; at <= behind.length; at++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('5')
    await expect(
      conditions(page, 'entry').getByRole('textbox', { name: 'Number, crossed value' }),
    ).toHaveValue('45')
    await expect(sentence(page)).toContainText('Buy when rsi(14) crosses below 45')
  })

  await test.step('the chat changes blocks and code', () => changeByChat(page))
  await test.step('save and run', () => saveAndRun(page))
  const runId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const summary = await api(member, `/backtests/${runId}/summary`, summarySchema)
  expect(summary.verified.closedTrades.total_trades).toBeGreaterThan(0)
})

async function changeByChat(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Chat', exact: true }).click()
  const chat = page.getByRole('region', { name: 'Chat' })
  await chat.getByLabel('Message', { exact: true }).fill('only buy when adx is above 10')
  await page.keyboard.press('Enter')
  await expect(chat.getByRole('region', { name: 'Proposal' })).toBeVisible()
  await chat.getByRole('button', { name: 'Use it', exact: true }).click()
  await expect(sentence(page)).toContainText('crosses below 45 and adx(14) is above 10')
  await expect(conditions(page, 'entry')).toHaveCount(2)
  await expect(page.getByRole('textbox', { name: 'Code of Built' })).toContainText('["adx"] > 10')
  await page.getByRole('button', { name: 'Chat', exact: true }).click()
}

async function begin(page: Page): Promise<void> {
  await page.goto('/strategies')
  await page.getByRole('main').getByRole('button', { name: 'New strategy' }).first().click()
  await page.getByRole('radio', { name: /From blocks/ }).check()
  await page.getByLabel('Name').fill('Built')
  await page.getByRole('button', { name: 'Create strategy' }).click()
  await expect(blocks(page)).toBeVisible()
  await expect(page.getByText('Nothing opens a trade yet.')).toBeVisible()
}

async function build(page: Page): Promise<void> {
  await page.getByLabel('Timeframe').selectOption('5m')
  await page.getByRole('button', { name: 'Indicator', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search' }).fill('overbought')
  await page.getByRole('button', { name: /^Relative strength index/ }).click()
  await expect(page.getByRole('listitem', { name: 'Indicator rsi' })).toBeVisible()

  await page.getByRole('button', { name: 'Rule to buy' }).click()
  const entry = conditions(page, 'entry')
  await entry.getByLabel('Which way it crosses').selectOption('crosses below')
  await entry.getByRole('textbox', { name: 'Number, crossed value' }).fill('40')

  await page.getByRole('button', { name: 'Rule to sell' }).click()
  const exit = conditions(page, 'exit')
  await exit.getByLabel('Which way it crosses').selectOption('crosses above')
  await exit.getByRole('textbox', { name: 'Number, crossed value' }).fill('60')
  await page.getByRole('textbox', { name: 'Stop loss' }).fill('8')

  await expect(sentence(page)).toContainText(
    'On 5m candles: Buy when rsi(14) crosses below 40 (entry). Sell when rsi(14) crosses above 60 (exit).',
  )
  await expect(sentence(page)).toContainText('Stop at a loss of 8 %')
  await expect(page.getByText('In step with the code')).toBeVisible()
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()
}

async function saveAndRun(page: Page): Promise<void> {
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Save version' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Save as version 2' })
  await dialog.getByRole('button', { name: 'Save version' }).click()
  await page.getByRole('link', { name: 'Run backtest' }).click()
  await expect(page.getByLabel('Version')).toHaveValue('2')
  await page.getByRole('checkbox', { name: /BTC\/USDT/ }).check()
  await page.getByRole('textbox', { name: 'First day' }).fill('2025-02-01')
  await page.getByRole('textbox', { name: 'Last day' }).fill('2025-02-20')
  await page.getByRole('button', { name: 'Run the backtest' }).click()
  const tabs = page.getByRole('navigation', { name: 'Parts of the result' })
  await expect(tabs).toBeVisible({ timeout: RESULT_MS })
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Verified')
}

test('conditions move by pointer and by keyboard, and undo takes them back', async ({
  signedIn: page,
  member,
}) => {
  const id = await openExample(page, member, 'RangeTrailing')
  const items = conditions(page, 'healthy trend')
  const [first, second, third] = [
    'close is above trend',
    'trend rising',
    'rsi(14) between 50 and 65',
  ]
  await expect.poll(() => namesOf(items)).toEqual([first, second, third])

  await items
    .nth(0)
    .locator('[aria-hidden]')
    .first()
    .dragTo(items.nth(2), {
      targetPosition: { x: 60, y: 34 },
    })
  await expect.poll(() => namesOf(items)).toEqual([second, third, first])

  await items
    .nth(2)
    .getByRole('button', { name: `More for: ${first}` })
    .focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(() => namesOf(items)).toEqual([second, first, third])
  await expect(page.getByRole('button', { name: `More for: ${first}` })).toBeFocused()
  await expect(page.getByText(`Moved up: ${first}.`)).toBeAttached()

  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect.poll(() => namesOf(items)).toEqual([first, second, third])
  await expect(page.getByText('In step with the code')).toBeVisible()
  await expect.poll(() => draftOf(member, id)).toContain('class RangeTrailing(IStrategy)')
})

test('what is wrong stands at its block until it is put right', async ({
  signedIn: page,
  member,
}) => {
  await openExample(page, member, 'RangeTrailing')
  const card = page.getByRole('listitem', { name: 'Indicator rsi' })

  await card.getByRole('textbox', { name: 'Length of rsi' }).fill('9999')
  await expect(card.getByRole('list', { name: 'Problems of this block' })).toContainText(/500/)
  await expect(page.getByText(/^1 problem to solve/)).toBeVisible()
  await page.reload()
  await expect(card.getByRole('textbox', { name: 'Length of rsi' })).toHaveValue('9999')

  await card.getByRole('textbox', { name: 'Length of rsi' }).fill('21')
  await expect(sentence(page)).toContainText('rsi(21)')
  await expect(page.getByText('In step with the code')).toBeVisible()
})

test.describe('code that cannot be read', () => {
  test.use({ expectedErrors: [/422/] })

  test('leaves the blocks as they were, and nothing is lost', async ({
    signedIn: page,
    member,
  }) => {
    const id = await openExample(page, member, 'GoldenCross')
    await page.getByRole('radio', { name: 'Both' }).check()
    await page.getByRole('textbox', { name: 'Code of GoldenCross' }).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.insertText('\nclass (')
    await expect(page.getByText(/The blocks are older than the code/)).toBeVisible()
    await expect(blocks(page).locator('[inert]').first()).toBeVisible()

    await page.keyboard.press('Control+z')
    await expect(page.getByText('In step with the code')).toBeVisible()
    await page.keyboard.insertText('\nLEVELS = (1, 2)')
    await page.getByText('Code of its own').click()
    await expect(blocks(page).getByText('LEVELS = (1, 2)')).toBeVisible()

    await page.getByRole('textbox', { name: 'Stop loss' }).fill('9')
    await page.getByRole('radio', { name: 'Code', exact: true }).check()
    await expect.poll(() => draftOf(member, id)).toContain('stoploss = -0.09')
    await expect(page.getByRole('textbox', { name: 'Code of GoldenCross' })).toContainText(
      'stoploss = -0.09',
    )
    expect(await draftOf(member, id)).toContain('LEVELS = (1, 2)')
  })
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('windows of the builder keep to the screen and to axe', async ({
    signedIn: page,
    member,
  }) => {
    await openExample(page, member, 'DipInUptrend')
    const check = async (part: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const { violations } = await new AxeBuilder({ page }).include(part).analyze()
        expect
          .soft(
            violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`),
            part,
          )
          .toEqual([])
      }
      const box = await page.locator(part).boundingBox()
      expect
        .soft((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 999) <= 390, part)
        .toBe(true)
    }

    await page.getByRole('button', { name: /, crossing value$/ }).click()
    await check('[aria-label="Change the crossing value"]')
    await page.keyboard.press('Escape')
    await page
      .getByRole('button', { name: /^Add a condition to the rule/ })
      .first()
      .click()
    await check('[role="menu"]')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Candle pattern', exact: true }).click()
    await check('dialog[open]')
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Earlier signal' }).click()
    await expect(page.getByRole('region', { name: /^Why/ })).toContainText(/= \d/)
    await check('section[aria-label="Blocks"]')
  })

  test('both views are one tab each', async ({ signedIn: page, member }) => {
    await openExample(page, member, 'GoldenCross')
    await page.getByRole('radio', { name: 'Both' }).check()
    const code = page.getByRole('textbox', { name: 'Code of GoldenCross' })
    await expect(code).toBeHidden()

    await page.getByRole('group', { name: 'Shown of both' }).getByText('Code').click()

    await expect(code).toBeVisible()
    await expect(blocks(page)).toBeHidden()
  })
})
