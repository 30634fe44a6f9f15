import type { SharedWorld } from './setup'
import { expect, type Page } from '@playwright/test'

/** Pages that need no sign-in. */
export const PUBLIC_PATHS = [
  '/',
  '/sign-in',
  '/sign-up',
  '/reset-password',
  '/marketplace',
  '/marketplace?q=nothing-is-named-like-this',
  '/nothing-is-here',
]

/** The addresses of a run's tabs. */
export function runPaths(runId: string): string[] {
  const run = `/backtests/${runId}`
  return [
    run,
    ...['metrics', 'trust', 'chart', 'trades', 'breakdown', 'details'].map(
      (tab) => `${run}/${tab}`,
    ),
  ]
}

/** The addresses of a strategy's pages. */
export function strategyPaths(strategyId: string): string[] {
  const strategy = `/strategies/${strategyId}`
  const views = [strategy, `${strategy}?view=blocks`, `${strategy}?view=both`]
  return [...views, `${strategy}/versions`, `${strategy}/parameters`]
}

/** Every page behind the sign-in, filled with the shared member's things. */
export function memberPaths({ strategyId, runs, botId }: SharedWorld): string[] {
  return [
    '/home',
    '/strategies',
    ...strategyPaths(strategyId),
    '/backtests',
    '/backtests/new',
    `/backtests/new?from=${runs[0]}`,
    ...runPaths(runs[0]),
    `/compare?runs=${runs.join(',')}`,
    '/bots',
    '/bots/new',
    `/bots/${botId}`,
    '/marketplace/mine',
    '/marketplace/notices',
    '/marketplace/publish',
    '/settings',
  ]
}

const LOADING = /loading/i

/** Opens a page and waits until it shows what it is about. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await untilLoaded(page)
}

/** Waits until nothing on the page says that it is loading. */
export async function untilLoaded(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: LOADING })).toHaveCount(0)
}
