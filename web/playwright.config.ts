import { defineConfig, devices } from '@playwright/test'
import { execSync } from 'node:child_process'

// The system's Chromium; the browsers that Playwright would download are not needed.
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome']

function findBrowser(): string {
  const found =
    process.env['CANDLEWICK_BROWSER'] ?? BROWSERS.map(whereIs).find((path) => path !== '')
  if (found !== undefined) return found
  throw new Error('The browser tests need Chromium. On Debian or Ubuntu: apt-get install chromium')
}

function whereIs(name: string): string {
  return execSync(`command -v ${name} || true`, { encoding: 'utf8' }).trim()
}

/** Runs against a local stack: `make test` starts one; by hand: `make up`, then `npm run e2e`. */
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/setup.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: true,
  timeout: 180_000,
  // What passes only when it is tried again is counted as flaky.
  retries: process.env['CI'] === undefined ? 0 : 2,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    baseURL: process.env['CANDLEWICK_API_URL'] ?? 'http://127.0.0.1:8700',
    reducedMotion: 'reduce',
    // A page or a button that never comes is told before the whole test's time is over.
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    // A trace of every page would take longer than the tests: CANDLEWICK_TRACE=1 keeps those of failures.
    trace: process.env['CANDLEWICK_TRACE'] === '1' ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: findBrowser(), args: ['--no-sandbox'] },
  },
})
