import { test as base, expect, type Page } from '@playwright/test'

import { type SharedWorld, sharedWorld } from './setup'
import { type Member, PASSWORD, signUp } from './world'

interface Fixtures {
  world: SharedWorld
  /** A member of this test's own, with nothing yet. */
  member: Member
  /** The page, signed in as `member`. */
  signedIn: Page
  /** The page, signed in as the shared member who has results. */
  reading: Page
  /** Console errors that a test provokes on purpose. */
  expectedErrors: RegExp[]
}

/**
 * Playwright's test, stricter: an error in the console, an uncaught exception, a violation of the
 * content security policy or a request to a foreign host fails it.
 */
export const test = base.extend<Fixtures>({
  expectedErrors: async ({}, use) => use([]),
  page: async ({ page, expectedErrors }, use) => {
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
    await use(page)
    const left = wrong.filter((text) => !expectedErrors.some((expected) => expected.test(text)))
    expect(left, 'errors of the page').toEqual([])
  },
  world: async ({}, use) => use(sharedWorld()),
  member: async ({}, use) => use(await signUp('member')),
  signedIn: async ({ page, member }, use) => {
    await signIn(page, member)
    await use(page)
  },
  reading: async ({ page, world }, use) => {
    await signIn(page, world.reader)
    await use(page)
  },
})

/** Signs in through the page. */
export async function signIn(page: Page, member: Member): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(member.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
}

export { expect } from '@playwright/test'
