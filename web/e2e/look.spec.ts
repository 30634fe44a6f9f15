import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { expect, test } from './fixtures'
import { memberPaths, PUBLIC_PATHS, runPaths, visit } from './routes'

/** What sticks out of the page to the right, so that the whole page would scroll. */
async function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 8)
      .map(
        (element) => `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`,
      )
  })
}

/** Parts that scroll on a narrow page but are out of a keyboard's reach. */
async function unreachable(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withRules(['scrollable-region-focusable', 'target-size'])
    .analyze()
  return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 120)))
}

async function checkNarrow(page: Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.setViewportSize({ width: 360, height: 740 })
    await visit(page, path)
    expect.soft(await sticksOut(page), `${path} at 360 px`).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect.soft(await sticksOut(page), `${path} at 390 px`).toEqual([])
    expect.soft(await unreachable(page), path).toEqual([])
  }
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true })

  test('no public page scrolls sideways', async ({ page }) => {
    await checkNarrow(page, PUBLIC_PATHS)
  })

  test('no tab of a result scrolls sideways', async ({ reading, world }) => {
    await checkNarrow(reading, runPaths(world.runs[0]))
  })

  test('no other page behind the sign-in scrolls sideways', async ({ reading, world }) => {
    const tabs = runPaths(world.runs[0])
    await checkNarrow(
      reading,
      memberPaths(world).filter((path) => !tabs.includes(path)),
    )
  })

  test('everything is reached by touch', async ({ reading: page, world }) => {
    await visit(page, '/home')
    for (const name of ['Strategies', 'Backtests', 'Settings', 'Home']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).tap()
      await expect(page.getByRole('heading', { name, level: 1 })).toBeInViewport()
    }
    await visit(page, `/backtests/${world.runs[0]}`)
    const tabs = page.getByRole('navigation', { name: 'Parts of the result' })
    for (const name of ['Metrics', 'Chart', 'Trades', 'Breakdown', /^Settings/, 'Overview']) {
      await tabs.getByRole('link', { name }).tap()
      await expect(tabs.getByRole('link', { name })).toHaveAttribute('data-status', 'active')
    }
  })
})

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in a ${theme} system`, () => {
    test.use({ colorScheme: theme })

    test(`pages are ${theme} without being told`, async ({ page }) => {
      await visit(page, '/')
      expect(await isBright(page)).toBe(theme === 'light')
    })
  })
}

async function isBright(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d')
    if (canvas === null) throw new Error('This browser has no canvas.')
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)) > 128
  })
}

test('nothing moves for those who asked for calm', async ({ reading: page, world }) => {
  for (const path of ['/', ...memberPaths(world)]) {
    await visit(page, path)
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 1)
        .map((animation) => (animation.effect as KeyframeEffect).target?.className),
    )
    expect.soft(moving, path).toEqual([])
  }
})
