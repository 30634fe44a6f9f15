/** Makes src/generated/python-stubs.json: what the editor's language server knows of strategies' modules. */
import { execFileSync } from 'node:child_process'

const root = new URL('../..', import.meta.url)
const target = new URL('../src/generated/python-stubs.json', import.meta.url)
const python = process.env.CANDLEWICK_PYTHON ?? new URL('.venv/bin/python', root).pathname

execFileSync(python, ['-m', 'tools.stubs', target.pathname], {
  cwd: root,
  env: { ...process.env, PYTHONPATH: 'src:.' },
  stdio: 'inherit',
})
