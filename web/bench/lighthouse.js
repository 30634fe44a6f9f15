/**
 * Runs Lighthouse against a running stack and prints a Markdown table: medians of `--times` runs a page,
 * on Lighthouse's desktop and mobile presets (mobile: a CPU four times as slow, slow 4G).
 *
 *   npm run build
 *   CANDLEWICK_API_URL=… FIREBASE_AUTH_EMULATOR_HOST=… node bench/lighthouse.js \
 *     --email … --password … --run <a run's id> [--only landing,home] [--details]
 *
 * Nothing else should run on the machine. Exits with 1 when a page misses a target.
 */
import { parseArgs } from 'node:util'

import lighthouse, { desktopConfig } from 'lighthouse'

import { BASE, signedIn } from './session.js'

const { values: given } = parseArgs({
  options: {
    email: { type: 'string' },
    password: { type: 'string' },
    run: { type: 'string' },
    times: { type: 'string', default: '3' },
    only: { type: 'string' },
    details: { type: 'boolean', default: false },
    port: { type: 'string', default: '9333' },
  },
})

/** Path and the least performance on desktop and mobile. */
const OUTSIDE = [
  ['landing', '/', 98, 90],
  ['sign-in', '/sign-in', 98, 90],
]
const INSIDE = [
  ['home', '/home', 95, 80],
  ['run', `/backtests/${given.run}`, 95, 80],
  ['chart', `/backtests/${given.run}/chart`, 95, 80],
]
const PRESETS = { desktop: desktopConfig, mobile: undefined }
const CATEGORIES = ['performance', 'accessibility', 'best-practices']

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** What costs a page points, for who mends it. */
function failures({ audits, categories }) {
  return CATEGORIES.flatMap((name) =>
    categories[name].auditRefs
      .filter(({ id, weight }) => weight > 0 && (audits[id].score ?? 1) < 0.9)
      .map(({ id }) => `${name}: ${id} ${audits[id].displayValue ?? ''}`),
  )
}

async function measure(path, preset) {
  const runs = []
  for (let time = 0; time < Number(given.times); time++) {
    const flags = {
      port: Number(given.port),
      onlyCategories: CATEGORIES,
      disableStorageReset: true,
      logLevel: 'error',
    }
    const result = await lighthouse(BASE + path, flags, PRESETS[preset])
    const { lhr } = result
    if (lhr.runtimeError !== undefined) throw new Error(lhr.runtimeError.message)
    if (new URL(lhr.finalDisplayedUrl).pathname !== path) {
      throw new Error(`${path} led to ${lhr.finalDisplayedUrl}.`)
    }
    runs.push(lhr)
  }
  const score = (name) => median(runs.map((lhr) => Math.round(lhr.categories[name].score * 100)))
  const figure = (id) => median(runs.map((lhr) => lhr.audits[id].numericValue))
  return {
    scores: CATEGORIES.map(score),
    lcp: figure('largest-contentful-paint'),
    tbt: figure('total-blocking-time'),
    cls: figure('cumulative-layout-shift'),
    failures: failures(runs.at(-1)),
  }
}

let hasMissed = false
const wanted = given.only?.split(',')
async function table(pages) {
  for (const [name, path, ...targets] of pages) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    for (const [number, preset] of Object.keys(PRESETS).entries()) {
      const { scores, lcp, tbt, cls, failures: failed } = await measure(path, preset)
      const [performance, ...rest] = scores
      const isMet = performance >= targets[number] && rest.every((score) => score === 100)
      hasMissed ||= !isMet
      const cells = [
        name,
        preset,
        `${performance} (≥ ${targets[number]})`,
        ...rest,
        `${(lcp / 1000).toFixed(2)} s`,
        `${Math.round(tbt)} ms`,
        cls.toFixed(3),
        isMet ? 'met' : 'missed',
      ]
      console.log(`| ${cells.join(' | ')} |`)
      if (given.details) for (const text of failed) console.log(`    ${text}`)
    }
  }
}

console.log('| page | preset | performance | accessibility | best practices | LCP | TBT | CLS | |')
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
const credentials = { email: given.email, password: given.password }
const args = [`--remote-debugging-port=${given.port}`]
const outside = await signedIn({ args })
await table(OUTSIDE)
await outside.browser.close()
if (given.run !== undefined) {
  const inside = await signedIn({ ...credentials, args, isKept: true })
  await table(INSIDE)
  await inside.browser.close()
}
process.exitCode = hasMissed ? 1 : 0
