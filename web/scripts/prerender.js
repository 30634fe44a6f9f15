/**
 * Turns Vite's index.html into two pages:
 * - index.html shows the landing page before any script has come: its markup is rendered here.
 * - app.html is every other page. Its first script asks for the page's modules at once, instead of after the
 *   entry has come and the router has looked at the address.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { pathToFileURL } from 'node:url'

import { build } from 'vite'

const web = new URL('../', import.meta.url)
const dist = new URL('dist/', web)
const made = new URL('node_modules/.cache/prerender/', web)
const manifest = JSON.parse(fs.readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

const AUTH = 'src/lib/firebase-auth.ts'
const route = (name) => `src/app/routes/${name}.tsx`
const run = (tab, ...more) => [AUTH, route('run'), route(tab), ...more]

/** Addresses, the first that matches counts, and the modules that they load besides the entry. */
const PAGES = [
  ['^/(sign-in|sign-up|reset-password)$', [AUTH, route('sign-in')]],
  ['^/home$', [AUTH, route('home')]],
  ['^/settings$', [AUTH, route('settings')]],
  ['^/strategies$', [AUTH, route('strategies')]],
  ['^/strategies/[^/]+$', [AUTH, route('strategies-editor')]],
  ['^/backtests$', [AUTH, route('runs')]],
  ['^/backtests/new$', [AUTH, route('new-backtest')]],
  ['^/backtests/[^/]+/?$', run('run-overview', 'src/components/chart/plot.tsx')],
  ['^/backtests/[^/]+/chart$', run('run-chart')],
  ['^/backtests/[^/]+/trades$', run('run-trades')],
  ['^/backtests/[^/]+/metrics$', run('run-metrics')],
  ['', [AUTH]],
]

function closure(keys, found = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key]
    if (chunk === undefined) throw new Error(`The build has no ${key}; see scripts/prerender.js.`)
    if (found.has(key)) continue
    found.add(key)
    closure(chunk.imports ?? [], found)
  }
  return found
}

/** Scripts and style sheets of modules, without what the entry loads. */
function files(modules) {
  const entry = closure(['index.html'])
  const keys = [...closure(modules)].filter((key) => !entry.has(key))
  return {
    scripts: [...new Set(keys.map((key) => `/${manifest[key].file}`))],
    styles: [...new Set(keys.flatMap((key) => manifest[key].css ?? []))].map((css) => `/${css}`),
  }
}

/** A script of its own, since the content security policy allows none in the page. */
function firstScript() {
  const before = fs.readFileSync(new URL('before.js', dist), 'utf8')
  const pages = PAGES.map(([address, modules]) => {
    const { scripts, styles } = files(modules)
    return [address, scripts, styles]
  })
  return `${before}
;(function () {
  var pages = ${JSON.stringify(pages)}
  var page = pages.find(function (each) { return new RegExp(each[0]).test(location.pathname) })
  function ask(href, rel, as) {
    var link = document.createElement('link')
    link.rel = rel
    link.href = href
    if (as) link.as = as
    if (as) link.crossOrigin = 'anonymous'
    document.head.append(link)
  }
  page[1].forEach(function (href) { ask(href, 'modulepreload') })
  page[2].forEach(function (href) { ask(href, 'preload', 'style') })
  ask('/__/firebase/init.json', 'preload', 'fetch')
})()
`
}

/** Writes a file whose name changes with its content, as Vite's do. */
function asset(name, content) {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8)
  const path = `assets/${name}-${hash}.js`
  fs.writeFileSync(new URL(path, dist), content)
  return `/${path}`
}

async function landing() {
  await build({
    logLevel: 'error',
    root: web.pathname,
    build: {
      ssr: 'src/app/prerender.tsx',
      outDir: made.pathname,
      emptyOutDir: true,
      manifest: false,
      rolldownOptions: { output: { codeSplitting: true } },
    },
  })
  const { prerender } = await import(pathToFileURL(`${made.pathname}prerender.js`).href)
  // The router's script for the scroll position: the policy forbids it, and the landing page needs none.
  const markup = (await prerender()).replaceAll(/<script\b.*?<\/script>/gs, '')
  if (!markup.includes('<h1>')) throw new Error('The landing page rendered nothing.')
  if (/ style="/.test(markup)) throw new Error('The policy allows no style attributes in HTML.')
  return markup
}

const ROOT = '<div id="root"></div>'
const FIRST = '/before.js'
const page = fs.readFileSync(new URL('index.html', dist), 'utf8')
if (!page.includes(ROOT) || !page.includes(FIRST)) throw new Error('index.html has changed.')

const { scripts, styles } = files([route('landing')])
const font = /url\((\/assets\/[^)]+\.woff2)\)/.exec(
  fs.readFileSync(new URL(manifest['index.html'].css[0], dist), 'utf8'),
)?.[1]
if (font === undefined) throw new Error('The entry has no font.')
const fontLink = `<link rel="preload" href="${font}" as="font" type="font/woff2" crossorigin>`
const landingLinks = [
  ...styles.map((href) => `<link rel="stylesheet" crossorigin href="${href}">`),
  ...scripts.map((href) => `<link rel="modulepreload" crossorigin href="${href}">`),
]
const withHead = (html, links) => html.replace('</head>', `  ${links.join('\n    ')}\n  </head>`)

const app = withHead(page.replace(FIRST, asset('before', firstScript())), [fontLink])
fs.writeFileSync(new URL('app.html', dist), app)
const shown = withHead(page, [fontLink, ...landingLinks])
fs.writeFileSync(
  new URL('index.html', dist),
  shown.replace(ROOT, `<div id="root">${await landing()}</div>`),
)
console.log('index.html shows the landing page; app.html is every other page.')
