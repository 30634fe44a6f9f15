import { chromium, type FullConfig } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'

import { type Member, putBot, putStrategy, signIn, signUp, startRun, untilDone } from './world'

const ROOT = new URL('../../', import.meta.url)
const WORLD = new URL('../test-results/world.json', import.meta.url)
const TEMPLATE = new URL('../src/features/strategies/templates/trend-filter.py', import.meta.url)

/** A browser's storage with the reader signed in; made once, since signing in takes seconds. */
export const READER_STATE = new URL('../test-results/reader.json', import.meta.url).pathname

/** What every test may read and none may change: a member with two results. */
export interface SharedWorld {
  reader: Member
  strategyId: string
  runs: [string, string]
  /** A bot that never started. */
  botId: string
}

/** Fills the stack: candles, a member, a strategy and two verified results. */
export default async function setup(config: FullConfig): Promise<void> {
  fs.mkdirSync(new URL('.', WORLD), { recursive: true })
  // A stack that was started by hand has its candles from `make demo`.
  if (process.env['CANDLEWICK_CANDLES_BUCKET'] !== undefined) simulateMarket()
  const reader = await signUp('reader')
  const strategyId = await putStrategy(reader, 'Trend filter', template())
  const runs = await Promise.all([
    startRun(reader, strategyId),
    startRun(reader, strategyId, { stakeAmount: '100' }),
  ])
  await keepSignedIn(config, reader)
  await Promise.all(runs.map((run) => untilDone(reader, run)))
  const botId = await putBot(reader, strategyId)
  const world: SharedWorld = { reader, strategyId, runs: [runs[0], runs[1]], botId }
  fs.writeFileSync(WORLD, JSON.stringify(world))
}

function simulateMarket(): void {
  const python = new URL('.venv/bin/python', ROOT).pathname
  execFileSync(python, ['-m', 'candlewick.cli.main', 'data', 'simulate'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

async function keepSignedIn(config: FullConfig, member: Member): Promise<void> {
  const { baseURL, launchOptions } = config.projects[0]?.use ?? {}
  const browser = await chromium.launch(launchOptions)
  const page = await browser.newPage(baseURL === undefined ? {} : { baseURL })
  await signIn(page, member)
  // Firebase keeps the session in IndexedDB.
  await page.context().storageState({ path: READER_STATE, indexedDB: true })
  await browser.close()
}

/** The code of a template that trades in the simulated market. */
export function template(): string {
  return fs.readFileSync(TEMPLATE, 'utf8')
}

export function sharedWorld(): SharedWorld {
  // Written by the set-up above, in this run.
  return JSON.parse(fs.readFileSync(WORLD, 'utf8')) as SharedWorld
}
