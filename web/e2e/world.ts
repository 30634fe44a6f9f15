/** The platform as the tests arrange it: by its API and the Auth emulator, never through the pages. */

import { expect, type Page } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import { z } from 'zod'

const STACK = process.env['CANDLEWICK_API_URL'] ?? 'http://127.0.0.1:8700'
const EXCHANGE = process.env['CANDLEWICK_EXCHANGE_URL'] ?? 'http://127.0.0.1:8711'
/** Takes the mails and webhooks that bots send. */
export const MAILBOX = process.env['CANDLEWICK_MAILBOX_URL'] ?? 'http://127.0.0.1:8714'
const SETTLED = ['succeeded', 'failed', 'cancelled']

export const PASSWORD = 'correct-horse-battery'

export interface Member {
  email: string
  token: string
}

let authHost: Promise<string> | undefined

async function findAuthHost(): Promise<string> {
  const page = await fetch(`${STACK}/`)
  const cookie = page.headers
    .getSetCookie()
    .find((each) => each.startsWith('__FIREBASE_DEFAULTS__'))
  const text = cookie?.split(';')[0]?.split('=')[1]
  if (text === undefined) throw new Error(`No local stack at ${STACK}: start one with make up.`)
  const defaults: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
  return z.object({ emulatorHosts: z.object({ auth: z.string() }) }).parse(defaults).emulatorHosts
    .auth
}

async function identityToolkit(action: string, body: object): Promise<unknown> {
  authHost ??= findAuthHost()
  const url = `http://${await authHost}/identitytoolkit.googleapis.com/v1/accounts:${action}?key=local`
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${action}: ${await reply.text()}`)
  return reply.json()
}

const tokenSchema = z.object({ idToken: z.string() })

/** Makes an account of its own for a test. */
export async function signUp(name: string): Promise<Member> {
  const email = `${name}-${crypto.randomUUID().slice(0, 8)}@candlewick.example`
  const body = { email, password: PASSWORD, returnSecureToken: true }
  return { email, token: tokenSchema.parse(await identityToolkit('signUp', body)).idToken }
}

/** Signs in through the page. */
export async function signIn(page: Page, member: Member): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(member.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
}

/** A token for somebody who made their account through the page. */
export async function memberOf(email: string): Promise<Member> {
  const body = { email, password: PASSWORD, returnSecureToken: true }
  const reply = await identityToolkit('signInWithPassword', body)
  return { email, token: tokenSchema.parse(reply).idToken }
}

/** Deletes a member's sign-in, as an operator would. */
export async function removeSignIn(member: Member): Promise<void> {
  await identityToolkit('delete', { idToken: member.token })
}

export async function api<T extends z.ZodType>(
  member: Member,
  path: string,
  schema: T,
  body?: object,
): Promise<z.output<T>> {
  const reply = await fetch(`${STACK}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      Authorization: `Bearer ${member.token}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': crypto.randomUUID(),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
  return schema.parse(await reply.json())
}

const idSchema = z.object({ id: z.string() })

/** Saves code as the first version of a new strategy. */
export async function putStrategy(member: Member, name: string, code: string): Promise<string> {
  const { id } = await api(member, '/strategies', idSchema, { name })
  await api(member, `/strategies/${id}/versions`, z.unknown(), { code, note: 'first' })
  return id
}

/** Makes a paper bot of version 1, which must have a verified backtest. */
export async function putBot(member: Member, strategyId: string): Promise<string> {
  const bot = await api(member, '/bots', idSchema, {
    name: 'Reader’s bot',
    strategyId,
    version: 1,
    venue: 'simulated',
    pairs: ['BTC/USDT', 'ETH/USDT', 'ADA/USDT'],
  })
  return bot.id
}

/** Starts a backtest of version 1 on the simulated market and returns the run's id. */
export async function startRun(
  member: Member,
  strategyId: string,
  change: object = {},
): Promise<string> {
  const run = await api(member, '/backtests', idSchema, {
    strategyId,
    version: 1,
    exchange: 'simulated',
    pairs: ['BTC/USDT', 'ETH/USDT', 'ADA/USDT'],
    timeframe: '5m',
    start: '2025-02-01T00:00:00Z',
    end: '2025-02-21T00:00:00Z',
    stakeAmount: '200',
    wallet: '1000',
    maxOpenTrades: 3,
    ...change,
  })
  return run.id
}

/** Waits until a run is over; throws when it did not succeed. */
export async function untilDone(member: Member, runId: string): Promise<void> {
  for (;;) {
    const { state } = await api(member, `/backtests/${runId}`, z.object({ state: z.string() }))
    if (state === 'succeeded') return
    if (SETTLED.includes(state)) throw new Error(`Run ${runId} is ${state}.`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Opens an account with play money at the simulated exchange and returns its key. */
export async function openAccount(name: string): Promise<z.output<typeof keySchema>> {
  const reply = await fetch(`${EXCHANGE}/emulator/accounts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, balances: { USDT: '1000' } }),
  })
  return keySchema.parse(await reply.json())
}

const keySchema = z.object({ apiKey: z.string(), secret: z.string() })

/** What came to the mailbox. */
export async function received<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
  return schema.parse(await (await fetch(`${MAILBOX}${path}`)).json())
}

/** Lets a member moderate the marketplace, as an operator does. */
export function letModerate(member: Member): void {
  const root = new URL('../..', import.meta.url)
  const change = ['admin', 'moderator', 'add', member.email, '--reason', 'For a test.', '--yes']
  execFileSync(
    new URL('.venv/bin/python', root).pathname,
    ['-m', 'candlewick.cli.main', ...change],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
}
