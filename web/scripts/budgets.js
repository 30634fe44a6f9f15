/**
 * Holds what each page loads to its budget: JavaScript and CSS, gzip, from Vite's manifest.
 * A page's modules are its route's static imports, those of the entry, and what the page loads by itself.
 */
import fs from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(fs.readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

const AUTH = 'src/lib/firebase-auth.ts'
const route = (name) => `src/app/routes/${name}.tsx`

const RUN = [AUTH, route('run')]
// The language server's and ruff's own code comes afterwards, in workers.
const EDITOR = ['code-pane.tsx', 'language-server.ts', 'language-features.ts'].map(
  (name) => `src/features/strategies/editor/${name}`,
)

/** Budget in kB (1,000 bytes), and the modules that the page loads besides the entry. */
const PAGES = {
  landing: [180, [route('landing')]],
  'sign-in': [180, [route('sign-in'), AUTH]],
  // Two more kilobytes than the others: the chunks that it shares with blocks and chat.
  home: [182, [route('home'), AUTH]],
  'new backtest': [250, [route('new-backtest'), AUTH]],
  marketplace: [200, [route('marketplace'), AUTH]],
  listing: [
    300,
    [route('listing'), route('listing-overview'), AUTH, 'src/components/chart/plot.tsx'],
  ],
  bots: [200, [route('bots'), AUTH]],
  bot: [250, [route('bot'), AUTH]],
  'new bot': [250, [route('new-bot'), AUTH]],
  strategies: [220, [route('strategies'), AUTH]],
  editor: [450, [route('strategies-editor'), AUTH, ...EDITOR]],
  blocks: [
    450,
    [
      route('strategies-editor'),
      AUTH,
      'src/app/blocks-view.tsx',
      'src/features/chart/preview-chart.tsx',
    ],
  ],
  chat: [
    450,
    [route('strategies-editor'), AUTH, ...EDITOR, 'src/features/assistant/chat-panel.tsx'],
  ],
  'run overview': [450, [...RUN, route('run-overview'), 'src/components/chart/plot.tsx']],
  'run chart': [450, [...RUN, route('run-chart')]],
  'run trades': [450, [...RUN, route('run-trades')]],
  'run metrics': [450, [...RUN, route('run-metrics')]],
}

function closure(key, found = new Set()) {
  const chunk = manifest[key]
  if (chunk === undefined) throw new Error(`The build has no ${key}; see scripts/budgets.js.`)
  if (found.has(key)) return found
  found.add(key)
  for (const imported of chunk.imports ?? []) closure(imported, found)
  return found
}

function bytes(file) {
  return gzipSync(fs.readFileSync(new URL(file, dist)), { level: 9 }).length
}

let isOver = false
for (const [page, [budget, modules]] of Object.entries(PAGES)) {
  const keys = new Set(['index.html', ...modules].flatMap((key) => [...closure(key)]))
  const files = new Set(
    [...keys].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]),
  )
  const total = [...files].reduce((sum, file) => sum + bytes(file), 0) / 1000
  if (process.argv.includes('--files')) {
    for (const file of files)
      console.log(`    ${(bytes(file) / 1000).toFixed(1).padStart(6)}  ${file}`)
  }
  const mark = total > budget ? 'OVER' : 'ok'
  isOver ||= total > budget
  console.log(`${page.padEnd(14)}${total.toFixed(1).padStart(8)} kB of ${budget} kB  ${mark}`)
}
if (isOver) {
  console.error('A page loads more than its budget. Load lazily what it does not need at once.')
  process.exit(1)
}
console.log(`Every page keeps to its budget (${Object.keys(PAGES).length} pages).`)
