/** Makes src/generated/ from the repository itself: types of the API and of strategy specs. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

import openapiTS, { astToString } from 'openapi-typescript'

const root = new URL('../..', import.meta.url)
const target = new URL('../src/generated/', import.meta.url)
const python = process.env.CANDLEWICK_PYTHON ?? new URL('.venv/bin/python', root).pathname

async function generate(module, file) {
  const document = execFileSync(python, ['-m', module], {
    cwd: root,
    env: { ...process.env, PYTHONPATH: 'src:functions:.' },
    maxBuffer: 32 * 2 ** 20,
  })
  const types = astToString(await openapiTS(JSON.parse(document.toString())))
  fs.writeFileSync(new URL(file, target), types)
}

fs.mkdirSync(target, { recursive: true })
await generate('tools.openapi', 'api.ts')
await generate('tools.spec_schema', 'spec.ts')
