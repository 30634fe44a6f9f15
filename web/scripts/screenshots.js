/**
 * Makes the README's pictures again, from the running stack. Needs `make demo`, then `make up`.
 * Usage: node scripts/screenshots.js
 */
import { chromium } from '@playwright/test'
import { execSync } from 'node:child_process'
import fs from 'node:fs'

import { DEMO, demoToken, getJson, postJson, STACK } from './stack.js'

const FOLDER = new URL('../../docs/images/', import.meta.url)
const MOST_BYTES = 200_000
const LAPTOP = { width: 1280, height: 800 }
const PHONE = { width: 390, height: 844 }

const token = await demoToken()
const { items } = await getJson('/backtests?state=succeeded&size=100', token)
const run = items.find((each) => !each.isSimulated) ?? items[0]
if (run === undefined) throw new Error('There is no result yet: make demo')
const others = items.filter((each) => each.identity !== run.identity)
const compared = [run, ...others].slice(0, 2).map((each) => each.id)
const result = `/backtests/${run.id}`

/** One of the examples as a strategy of the demo's user; made once. */
async function builtStrategy(name) {
  const { items: known } = await getJson('/strategies?size=100', token)
  const found = known.find((each) => each.name === name)
  if (found !== undefined) return found.id
  const { items: examples } = await getJson('/specs/examples', token)
  const { spec } = examples.find((each) => each.name === name)
  const { code } = await postJson('/specs/compile', token, { spec })
  const { id } = await postJson('/strategies', token, { name })
  await postJson(`/strategies/${id}/versions`, token, { code, note: 'From an example' })
  return id
}
const built = `/strategies/${await builtStrategy('RangeTrailing')}?view=blocks`

/** Name, path, size, theme, and what must be visible before the picture is taken. */
const PICTURES = [
  ['landing', '/', LAPTOP, 'light', 'text=A real run'],
  ['overview', result, LAPTOP, 'light', 'text=Worst drawdowns'],
  ['overview-phone', result, PHONE, 'dark', 'text=Balance'],
  ['chart', `${result}/chart`, LAPTOP, 'dark', 'canvas'],
  ['metrics', `${result}/metrics`, LAPTOP, 'light', 'table'],
  ['trades', `${result}/trades`, LAPTOP, 'dark', 'table, [role=table], [role=grid]'],
  ['editor', `/strategies/${run.strategy.id}`, LAPTOP, 'dark', '.cm-content'],
  ['builder', built, LAPTOP, 'light', '[role=img]'],
  ['compare', `/compare?runs=${compared.join(',')}`, LAPTOP, 'light', 'canvas'],
  ['new-backtest', '/backtests/new', LAPTOP, 'light', 'text=candle steps'],
]

const browser = await chromium.launch({
  executablePath: execSync('command -v chromium', { encoding: 'utf8' }).trim(),
  args: ['--no-sandbox'],
})

async function session() {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${STACK}/sign-in`)
  await page.getByLabel('E-mail').fill(DEMO.email)
  await page.getByLabel('Password').fill(DEMO.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/home')
  const state = await context.storageState({ indexedDB: true })
  await context.close()
  return state
}

fs.mkdirSync(FOLDER, { recursive: true })
const storageState = await session()
for (const [name, path, viewport, colorScheme, ready] of PICTURES) {
  const context = await browser.newContext({
    ...(path === '/' ? {} : { storageState }),
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(STACK + path)
  await page.locator(ready).first().waitFor()
  await page.waitForLoadState('networkidle')
  const file = new URL(`${name}.png`, FOLDER)
  await page.screenshot({ path: file.pathname })
  await context.close()
  const { size } = fs.statSync(file)
  if (size > MOST_BYTES)
    throw new Error(`${name}.png has ${size} bytes; the README takes ${MOST_BYTES}.`)
  console.log(`${name.padEnd(16)} ${Math.round(size / 1000)} kB`)
}
await browser.close()
