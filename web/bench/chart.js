/**
 * Measures the chart against a running stack and prints JSON.
 *
 *   npm run build
 *   CANDLEWICK_API_URL=… FIREBASE_AUTH_EMULATOR_HOST=… node bench/chart.js \
 *     --email … --password … --run <10 pairs × 20 days of 5m> --year <a year of 5m>
 *
 * Times run from the click to the end of the last long task, as in docs/benchmarks.md; each is the median
 * of `--times` pages. Nothing else should run on the machine.
 */
import { parseArgs } from 'node:util'

import { BASE, signedIn } from './session.js'

const { values: given } = parseArgs({
  options: {
    email: { type: 'string' },
    password: { type: 'string' },
    run: { type: 'string' },
    year: { type: 'string' },
    times: { type: 'string', default: '5' },
  },
})

const QUIET_MS = 600

/** Collects long tasks and the times of frames in the page. */
function watch() {
  globalThis.longTasks = []
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      globalThis.longTasks.push({ start: startTime, end: startTime + duration })
    }
  }).observe({ type: 'longtask', buffered: true })
  globalThis.recordFrames = () => {
    globalThis.frames = []
    let last = performance.now()
    const next = (now) => {
      globalThis.frames.push(now - last)
      last = now
      globalThis.request = requestAnimationFrame(next)
    }
    globalThis.request = requestAnimationFrame(next)
  }
}

/** From an action to the last of: the end of its long tasks, and the moment when `ready` held. */
async function settled(page, action, ready) {
  const began = await page.evaluate(() => performance.now())
  await action()
  await page.waitForFunction(ready)
  const shown = await page.evaluate(() => performance.now())
  await page.waitForTimeout(QUIET_MS)
  const tasks = await page.evaluate(
    (from) => globalThis.longTasks.filter(({ end }) => end > from),
    began,
  )
  return Math.max(shown, ...tasks.map(({ end }) => end)) - began
}

const isDrawn = () => {
  const frame = document.querySelector('[aria-label^="Candles of"]')
  return frame?.querySelector('canvas') != null && frame.querySelector('[role=status]') == null
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const percentile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]

async function openChart(page) {
  await page.goto(`${BASE}/backtests/${given.run}/trades`)
  const link = page.getByRole('link', { name: / on the chart$/ }).first()
  await link.waitFor()
  await page.waitForTimeout(QUIET_MS)
  const chart = await settled(page, () => link.click(), isDrawn)
  const frame = page.locator('[aria-label^="Candles of"]')
  await frame.focus()
  const pair = await settled(page, () => page.keyboard.press(']'), isDrawn)
  return { chart, pair }
}

/** Pans and zooms over a year, and returns how long frames took while it lasted. */
async function moveThroughYear(page) {
  await page.goto(`${BASE}/backtests/${given.year}/chart`)
  await page.waitForFunction(isDrawn)
  await page.waitForTimeout(QUIET_MS)
  const box = await page.locator('[data-measuring]').boundingBox()
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 3 }
  await page.mouse.move(middle.x, middle.y)
  await page.evaluate(() => globalThis.recordFrames())
  for (const delta of [120, -120, 120, -120]) {
    for (let step = 0; step < 40; step++) {
      await page.mouse.wheel(0, delta)
      await page.waitForTimeout(12)
    }
    await page.mouse.down()
    for (let step = 0; step < 60; step++) {
      await page.mouse.move(middle.x + (step % 30) * 12 - 180, middle.y)
      await page.waitForTimeout(12)
    }
    await page.mouse.up()
  }
  return page.evaluate(() => {
    cancelAnimationFrame(globalThis.request)
    return globalThis.frames
  })
}

const { browser, page } = await signedIn({ email: given.email, password: given.password })
await page.addInitScript(watch)
const opened = []
for (let time = 0; time < Number(given.times); time++) opened.push(await openChart(page))
const frames = given.year === undefined ? [] : await moveThroughYear(page)
await browser.close()

console.log(
  JSON.stringify(
    {
      chartMs: Math.round(median(opened.map(({ chart }) => chart))),
      otherPairMs: Math.round(median(opened.map(({ pair }) => pair))),
      frames: frames.length,
      frameMsP50: Number(percentile(frames, 0.5)?.toFixed(1)),
      frameMsP95: Number(percentile(frames, 0.95)?.toFixed(1)),
      frameMsMax: Number(percentile(frames, 1)?.toFixed(1)),
    },
    null,
    2,
  ),
)
