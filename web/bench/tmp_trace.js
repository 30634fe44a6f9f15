import { BASE, signedIn } from './session.js'
const [year] = process.argv.slice(2)
const { browser, page } = await signedIn({
  email: 'demo@candlewick.example',
  password: 'candlewick-demo',
})
const isDrawn = () => {
  const f = document.querySelector('[aria-label^="Candles of"]')
  return f?.querySelector('canvas') != null && f.querySelector('[role=status]') == null
}
const bcdp = await browser.newBrowserCDPSession()
let events = []
bcdp.on('Tracing.dataCollected', ({ value }) => events.push(...value))
async function traced(label, work) {
  events = []
  await bcdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: [
        'toplevel',
        'devtools.timeline',
        'disabled-by-default-devtools.timeline',
        'cc',
        'viz',
        'gpu',
      ],
      excludedCategories: ['*'],
    },
  })
  const frames = await work()
  const done = new Promise((r) => bcdp.once('Tracing.tracingComplete', r))
  await bcdp.send('Tracing.end')
  await done
  const names = new Map()
  for (const e of events) if (e.name === 'thread_name') names.set(e.pid + '/' + e.tid, e.args.name)
  const by = new Map(),
    byName = new Map()
  for (const e of events) {
    if (e.ph !== 'X' || e.tdur === undefined) continue
    const t = names.get(e.pid + '/' + e.tid)
    if (
      e.name === 'RunTask' ||
      e.name === 'ThreadControllerImpl::RunTask' ||
      e.name === 'TaskGraphRunner::RunTask'
    ) {
      by.set(t + e.pid, [...(by.get(t + e.pid) ?? []), e.tdur / 1000])
    }
    const k = t + ' ' + e.name
    const n = byName.get(k) ?? [0, 0]
    n[0] += e.tdur / 1000
    n[1]++
    byName.set(k, n)
  }
  console.log(
    '==',
    label,
    'frames',
    frames.length,
    'p50',
    frames[frames.length >> 1],
    'p95',
    frames[Math.floor(frames.length * 0.95)],
  )
  for (const [k, v] of [...by]
    .sort((a, b) => b[1].reduce((x, y) => x + y, 0) - a[1].reduce((x, y) => x + y, 0))
    .slice(0, 5)) {
    v.sort((a, b) => a - b)
    const big = v.filter((x) => x > 1)
    console.log(
      k,
      'sum',
      v.reduce((x, y) => x + y, 0).toFixed(0),
      'n>1',
      big.length,
      'p50',
      big[big.length >> 1]?.toFixed(1),
      'p95',
      big[Math.floor(big.length * 0.95)]?.toFixed(1),
      'max',
      v.at(-1).toFixed(1),
    )
  }
  for (const [k, v] of [...byName].sort((a, b) => b[1][0] - a[1][0]).slice(0, 22))
    console.log('   ', v[0].toFixed(0).padStart(6), String(v[1]).padStart(6), k)
}
await page.addInitScript(() => {
  globalThis.rec = () => {
    globalThis.fr = []
    let l = performance.now()
    const n = (t) => {
      fr.push(+(t - l).toFixed(1))
      l = t
      globalThis.rq = requestAnimationFrame(n)
    }
    rq = requestAnimationFrame(n)
  }
})
await page.goto(`${BASE}/backtests/${year}/chart`)
await page.waitForFunction(isDrawn)
await page.waitForTimeout(2500)
const box = await page.locator('[data-measuring]').boundingBox()
const mid = { x: box.x + box.width / 2, y: box.y + box.height / 3 }
await page.mouse.move(mid.x, mid.y)
const end = () =>
  page.evaluate(() => {
    cancelAnimationFrame(rq)
    return fr.sort((a, b) => a - b)
  })
const zoom = async () => {
  await page.evaluate(() => rec())
  for (const d of [120, -120])
    for (let i = 0; i < 40; i++) {
      await page.mouse.wheel(0, d)
      await page.waitForTimeout(12)
    }
  return end()
}
const pan = async () => {
  await page.evaluate(() => rec())
  await page.mouse.down()
  for (let s = 0; s < 120; s++) {
    await page.mouse.move(mid.x + (s % 60) * 6 - 180, mid.y)
    await page.waitForTimeout(12)
  }
  await page.mouse.up()
  return end()
}
await traced('zoom', zoom)
await page.waitForTimeout(500)
await traced('pan', pan)
await page.screenshot({ path: '/tmp/chartb/prof.png' })
await browser.close()
