import type { Locator, Page } from '@playwright/test'

import { expect, test } from './fixtures'
import { template } from './setup'
import { type Member, putStrategy, signIn } from './world'

/** Opens the editor of a new strategy; returns its address. */
async function openEditor(page: Page, member: Member): Promise<string> {
  const strategyId = await putStrategy(member, 'Drafted', template())
  const path = `/strategies/${strategyId}`
  await page.goto(path)
  await expect(codeOf(page)).toBeVisible()
  return path
}

function codeOf(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Code of Drafted' })
}

/** Types a line at the code's end. */
async function typeLine(page: Page, text: string): Promise<void> {
  await codeOf(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.insertText(`\n${text}`)
}

/** The last line of the code; the editor draws only what is in view. */
async function expectLine(page: Page, text: string): Promise<void> {
  await codeOf(page).click()
  await page.keyboard.press('Control+End')
  await expect(codeOf(page)).toContainText(text)
}

test('a draft survives a reload, and another version is not made of it', async ({
  signedIn: page,
  member,
}) => {
  await openEditor(page, member)
  await typeLine(page, '# typed before the reload')
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()

  await page.reload()

  await expectLine(page, '# typed before the reload')
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()
  await page.getByRole('link', { name: 'Versions' }).click()
  await expect(page.getByRole('table', { name: 'Versions' }).getByRole('row')).toHaveCount(2)
})

test('a reload before the draft was sent loses nothing', async ({ signedIn: page, member }) => {
  await openEditor(page, member)
  await typeLine(page, '# typed a moment ago')
  await expect(page.getByText('Typing…')).toBeVisible()

  await page.reload()

  await expectLine(page, '# typed a moment ago')
  await expect(page.getByText(/^Saved as draft/)).toBeVisible()
})

test('a draft survives the closed tab', async ({ signedIn: page, member, context }) => {
  const path = await openEditor(page, member)
  await typeLine(page, '# typed before closing')
  await expect(page.getByText('Typing…')).toBeVisible()
  await page.close({ runBeforeUnload: true })

  const next = await context.newPage()
  await next.goto(path)

  await expectLine(next, '# typed before closing')
  await expect(next.getByText(/^Saved as draft/)).toBeVisible()
})

test.describe('without net', () => {
  test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED/] })

  test('a draft waits in the browser and is sent when the net is back', async ({
    signedIn: page,
    member,
    context,
    browser,
  }) => {
    const path = await openEditor(page, member)
    await context.setOffline(true)
    await typeLine(page, '# typed without net')
    await expect(page.getByText(/^Offline: kept in this browser/)).toBeVisible()

    await context.setOffline(false)
    await expect(page.getByText(/^Saved as draft/)).toBeVisible()

    // Another browser of the same member has nothing but what the server has.
    const other = await browser.newContext()
    const otherPage = await other.newPage()
    await signIn(otherPage, member)
    await otherPage.goto(path)
    await expectLine(otherPage, '# typed without net')
    await other.close()
  })
})

test.describe('in two tabs', () => {
  // The second writer is refused, and the browser says so in its console.
  test.use({ expectedErrors: [/status of 409/] })

  test('neither draft writes over the other', async ({ signedIn: page, member, context }) => {
    const path = await openEditor(page, member)
    const second = await context.newPage()
    await second.goto(path)
    await typeLine(second, '# from the second tab')
    await expect(second.getByText(/^Saved as draft/)).toBeVisible()
    await second.close()

    await typeLine(page, '# from the first tab')
    await expect(page.getByText('Two drafts of this strategy')).toBeVisible()
    await page.getByRole('button', { name: 'Keep what is here' }).click()

    await expect(page.getByText(/^Saved as draft/)).toBeVisible()
    await expectLine(page, '# from the first tab')
  })
})
