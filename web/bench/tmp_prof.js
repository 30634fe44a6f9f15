import fs from 'node:fs'
import { BASE, signedIn } from './session.js'
const [year] = process.argv.slice(2)
const { browser, page } = await signedIn({
  email: 'demo@candlewick.example',
  password: 'candlewick-demo',
})
page.on('console', (m) => {
  if (m.type() === 'error') console.log('console', m.text())
})
const cdp = await page.context().newCDPSession(page)
await cdp.send('Profiler.enable')
await cdp.send('Profiler.setSamplingInterval', { interval: 200 })
const top = (profile, label) => {
  const self = new Map()
  const dt = profile.timeDeltas
  const by = new Map(profile.nodes.map((n) => [n.id, n]))
  const total = new Map()
  const parent = new Map()
  for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id)
  profile.samples.forEach((id, i) => {
    const name = (x) => {
      const f = by.get(x).callFrame
      return (
        (f.functionName || 'anon') +
        ' ' +
        f.url.split('/').pop().slice(0, 16) +
        ':' +
        f.lineNumber +
        ':' +
        f.columnNumber
      )
    }
    self.set(name(id), (self.get(name(id)) ?? 0) + dt[i])
    const seen = new Set()
    for (let x = id; x; x = parent.get(x)) {
      const k = name(x)
      if (!seen.has(k)) {
        seen.add(k)
        total.set(k, (total.get(k) ?? 0) + dt[i])
      }
    }
  })
  console.log('==', label)
  for (const [m, t] of [
    ['self', self],
    ['total', total],
  ]) {
    console.log('-', m)
    for (const [k, v] of [...t].sort((a, b) => b[1] - a[1]).slice(0, 28))
      console.log((v / 1000).toFixed(1).padStart(8), k)
  }
}
const isDrawn = () => {
  const f = document.querySelector('[aria-label^="Candles of"]')
  return f?.querySelector('canvas') != null && f.querySelector('[role=status]') == null
}
await cdp.send('Profiler.start')
await page.goto(`${BASE}/backtests/${year}/chart`)
await page.waitForFunction(isDrawn)
await page.waitForTimeout(1500)
top((await cdp.send('Profiler.stop')).profile, 'open')
const box = await page.locator('[data-measuring]').boundingBox()
const mid = { x: box.x + box.width / 2, y: box.y + box.height / 3 }
await page.mouse.move(mid.x, mid.y)
await cdp.send('Profiler.start')
for (const d of [120, -120])
  for (let i = 0; i < 40; i++) {
    await page.mouse.wheel(0, d)
    await page.waitForTimeout(12)
  }
top((await cdp.send('Profiler.stop')).profile, 'zoom')
await page.screenshot({ path: '/tmp/chartb/prof.png' })
await browser.close()
