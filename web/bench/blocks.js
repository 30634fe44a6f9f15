/**
 * Measures how long a change of blocks takes to be on the preview's chart, against a running stack, and prints JSON.
 *
 *   npm run build
 *   CANDLEWICK_API_URL=… FIREBASE_AUTH_EMULATOR_HOST=… node bench/blocks.js \
 *     --email … --password … --strategy <id of a strategy with an indicator of a length>
 *
 * A change is a step of the first slider; it is on the chart in the second frame after the preview of the changed
 * spec was given to it. Nothing else should run on the machine.
 */
import { parseArgs } from 'node:util'

import { BASE, signedIn } from './session.js'

const { values: given } = parseArgs({
  options: {
    email: { type: 'string' },
    password: { type: 'string' },
    strategy: { type: 'string' },
    times: { type: 'string', default: '30' },
  },
})

const MOST_WAIT_MS = 10_000

const { browser, page } = await signedIn(given)
await page.goto(`${BASE}/strategies/${given.strategy}?view=blocks`)
await page.getByRole('img', { name: /candles of/ }).waitFor()
await page.waitForTimeout(2_000)

const slider = page.getByRole('slider').first()
const times = []
for (let time = 0; time < Number(given.times); time++) {
  await slider.focus()
  const preview = page.waitForResponse((reply) => reply.url().endsWith('/specs/preview'), {
    timeout: MOST_WAIT_MS,
  })
  await page.evaluate(() => {
    globalThis.changedAt = undefined
    const note = () => (globalThis.changedAt = performance.now())
    document.activeElement?.addEventListener('input', note, { once: true, capture: true })
  })
  // Always onwards: a spec that was seen before is not asked for again.
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction(() => globalThis.changedAt !== undefined)
  await preview
  const took = await page.evaluate(async () => {
    const old = () => document.querySelector('[data-signals][data-old]')
    while (old() !== null) await new Promise(requestAnimationFrame)
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    return performance.now() - globalThis.changedAt
  })
  times.push(Math.round(took))
  await page.waitForTimeout(400)
}
await browser.close()
times.sort((a, b) => a - b)
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))]
console.log(
  JSON.stringify({ changes: times.length, median: at(0.5), p95: at(0.95), most: times.at(-1) }),
)
