import { test as base, type Browser, expect, type Page } from '@playwright/test'

import { READER_STATE, type SharedWorld, sharedWorld } from './setup'
import { type Member, signIn, signUp } from './world'

interface Fixtures {
  world: SharedWorld
  /** A member of this test's own, with nothing yet. */
  member: Member
  /** The page, signed in as `member`. */
  signedIn: Page
  /** A page, signed in as the shared member who has results. */
  reading: Page
  /** Console errors that a test provokes on purpose. One, not two: Playwright takes a pair for something else. */
  expectedErrors: RegExp[]
}

/**
 * Playwright's test, stricter: an error in the console, an uncaught exception, a violation of the
 * content security policy or a request to a foreign host fails it.
 */
export const test = base.extend<Fixtures>({
  expectedErrors: async ({}, use) => use([]),
  page: async ({ page, expectedErrors }, use) => {
    const wrong = watch(page)
    await use(page)
    check(wrong, expectedErrors)
  },
  world: async ({}, use) => use(sharedWorld()),
  member: async ({}, use) => use(await signUp('member')),
  signedIn: async ({ page, member }, use) => {
    await signIn(page, member)
    await use(page)
  },
  reading: async ({ browser, expectedErrors }, use) => {
    const page = await openAsReader(browser)
    const wrong = watch(page)
    await use(page)
    check(wrong, expectedErrors)
    await page.context().close()
  },
})

/** A page of its own browser context with the shared member signed in. */
export async function openAsReader(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ storageState: READER_STATE })
  return context.newPage()
}

function watch(page: Page): string[] {
  const wrong: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text())
  })
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const isOurs = hostname === '127.0.0.1' || ['data:', 'blob:'].includes(protocol)
    if (!isOurs) wrong.push(`request to ${request.url()}`)
  })
  return wrong
}

function check(wrong: readonly string[], expectedErrors: readonly RegExp[]): void {
  const left = wrong.filter((text) => !expectedErrors.some((expected) => expected.test(text)))
  expect(left, 'errors of the page').toEqual([])
}

export { expect } from '@playwright/test'
