/** Makes src/generated/ from the repository itself: the API's types from its OpenAPI document. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

import openapiTS, { astToString } from 'openapi-typescript'

const root = new URL('../..', import.meta.url)
const target = new URL('../src/generated/', import.meta.url)
const python = process.env.CANDLEWICK_PYTHON ?? new URL('.venv/bin/python', root).pathname

const document = execFileSync(python, ['-m', 'tools.openapi'], {
  cwd: root,
  env: { ...process.env, PYTHONPATH: 'src:functions:.' },
  maxBuffer: 32 * 2 ** 20,
})
fs.mkdirSync(target, { recursive: true })
const types = astToString(await openapiTS(JSON.parse(document.toString())))
fs.writeFileSync(new URL('api.ts', target), types)
