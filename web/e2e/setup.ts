import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

import { type Member, putStrategy, signUp, startRun, untilDone } from './world'

const ROOT = new URL('../../', import.meta.url)
const WORLD = new URL('../test-results/world.json', import.meta.url)
const TEMPLATE = new URL('../src/features/strategies/templates/trend-filter.py', import.meta.url)

/** What every test may read and none may change: a member with two results. */
export interface SharedWorld {
  reader: Member
  strategyId: string
  runs: [string, string]
}

/** Fills the stack: candles, a member, a strategy and two verified results. */
export default async function setup(): Promise<void> {
  // A stack that was started by hand has its candles from `make demo`.
  if (process.env['CANDLEWICK_CANDLES_BUCKET'] !== undefined) simulateMarket()
  const reader = await signUp('reader')
  const strategyId = await putStrategy(reader, 'Trend filter', template())
  const runs = await Promise.all([
    startRun(reader, strategyId),
    startRun(reader, strategyId, { stakeAmount: '100' }),
  ])
  await Promise.all(runs.map((run) => untilDone(reader, run)))
  const world: SharedWorld = { reader, strategyId, runs: [runs[0], runs[1]] }
  fs.mkdirSync(new URL('.', WORLD), { recursive: true })
  fs.writeFileSync(WORLD, JSON.stringify(world))
}

function simulateMarket(): void {
  const python = new URL('.venv/bin/python', ROOT).pathname
  execFileSync(python, ['-m', 'candlewick.cli.main', 'data', 'simulate'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** The code of a template that trades in the simulated market. */
export function template(): string {
  return fs.readFileSync(TEMPLATE, 'utf8')
}

export function sharedWorld(): SharedWorld {
  // Written by the set-up above, in this run.
  return JSON.parse(fs.readFileSync(WORLD, 'utf8')) as SharedWorld
}
