/** The local stack as scripts see it: signs the demo's user in and reads the API. */

export const STACK = process.env.CANDLEWICK_API_URL ?? 'http://127.0.0.1:8700'
export const DEMO = { email: 'demo@candlewick.example', password: 'candlewick-demo' }

/** An ID token of the demo's user. */
export async function demoToken() {
  const page = await fetch(`${STACK}/`)
  const cookie = page.headers
    .getSetCookie()
    .find((each) => each.startsWith('__FIREBASE_DEFAULTS__'))
  const text = cookie?.split(';')[0]?.split('=')[1]
  if (text === undefined) throw new Error(`${STACK} serves no local stack; start one: make up`)
  const { emulatorHosts } = JSON.parse(Buffer.from(text, 'base64url').toString())
  const url = `http://${emulatorHosts.auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=local`
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...DEMO, returnSecureToken: true }),
  })
  if (!reply.ok) throw new Error('The demo’s user is not there yet: make demo')
  return (await reply.json()).idToken
}

/** Sends JSON to a path of the API. */
export async function postJson(path, token, body) {
  const reply = await fetch(`${STACK}/api/v1${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

/** Reads a path of the API. */
export async function getJson(path, token) {
  const reply = await fetch(`${STACK}/api/v1${path}`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}
