import fs from 'node:fs'
const S = JSON.parse(fs.readFileSync('/tmp/chart/stack.json'))
process.env.CANDLEWICK_API_URL = S.url
const { signedIn, BASE } = await import('./session.js')
const [path, name, w='1440', h='900', scheme='dark', keys=''] = process.argv.slice(2)
const { browser, page } = await signedIn({ email: S.email, password: S.password, viewport: { width: +w, height: +h }, colorScheme: scheme })
page.on('console', (m) => ['error','warning'].includes(m.type()) && console.log('console', m.text().slice(0, 300)))
page.on('pageerror', (e) => console.log('pageerror', e.message.slice(0, 600)))
page.on('response', (r) => r.status() >= 400 && console.log(r.status(), r.url().slice(0, 200)))
await page.goto(BASE + path.replace(/\{(\w+)\}/g, (_, k) => S.ids[k]))
await page.waitForTimeout(3500)
for (const key of keys.split(',').filter(Boolean)) { if (key.startsWith('click:')) await page.click(key.slice(6)); else await page.keyboard.press(key); await page.waitForTimeout(700) }
await page.screenshot({ path: `/tmp/chart/${name}.png` })
await browser.close()
