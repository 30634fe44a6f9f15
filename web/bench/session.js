/** Opens the built app in Chromium as a signed-in user, without going through the sign-in page. */
import { chromium } from '@playwright/test'

const { CANDLEWICK_API_URL: url, CANDLEWICK_CHROMIUM: executablePath = '/usr/bin/chromium' } =
  process.env

/** The stack's address: `python -m emulators.stack run` sets it. */
export const BASE = url ?? 'http://127.0.0.1:8700'

/** Signs in by Firebase Auth's REST API, at the emulator that the stack names. */
async function account(email, password) {
  const emulator = process.env.FIREBASE_AUTH_EMULATOR_HOST
  const { apiKey } = await (await fetch(`${BASE}/__/firebase/init.json`)).json()
  const host = emulator
    ? `http://${emulator}/identitytoolkit.googleapis.com`
    : 'https://identitytoolkit.googleapis.com'
  const response = await fetch(`${host}/v1/accounts:signInWithPassword?key=${apiKey}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password, returnSecureToken: true }),
  })
  if (!response.ok) throw new Error(`Signing in as ${email} failed: ${await response.text()}`)
  return { apiKey, ...(await response.json()) }
}

/** Where Firebase's SDK keeps its user: what it finds there it takes for its own. */
async function remember({ apiKey, user }) {
  const request = indexedDB.open('firebaseLocalStorageDb', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('firebaseLocalStorage', { keyPath: 'fbase_key' })
  }
  const database = await new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const change = database.transaction('firebaseLocalStorage', 'readwrite')
  change
    .objectStore('firebaseLocalStorage')
    .put({ fbase_key: `firebase:authUser:${apiKey}:[DEFAULT]`, value: user })
  await new Promise((resolve) => (change.oncomplete = resolve))
  database.close()
}

/**
 * Returns a page that is signed in, or of nobody when no e-mail is given.
 *
 * `isKept`: in the browser's own profile, which other tools that speak with it use too. `args` are Chromium's;
 * what is left is Playwright's for a context.
 */
export async function signedIn({ email, password, args = [], isKept = false, ...options }) {
  const launch = { executablePath, args: ['--no-sandbox', ...args] }
  const shape = { viewport: { width: 1440, height: 900 }, ...options }
  const opened = isKept
    ? await chromium.launchPersistentContext('', { ...launch, ...shape })
    : await chromium.launch(launch)
  const context = isKept ? opened : await opened.newContext(shape)
  const page = await context.newPage()
  if (email === undefined) return { browser: opened, page }
  const found = await account(email, password)
  await page.goto(`${BASE}/robots.txt`)
  const user = {
    uid: found.localId,
    email: found.email,
    emailVerified: false,
    isAnonymous: false,
    providerData: [],
    stsTokenManager: {
      refreshToken: found.refreshToken,
      accessToken: found.idToken,
      expirationTime: Date.now() + Number(found.expiresIn) * 1000,
    },
    createdAt: String(Date.now()),
    lastLoginAt: String(Date.now()),
    apiKey: found.apiKey,
    appName: '[DEFAULT]',
  }
  await page.evaluate(remember, { apiKey: found.apiKey, user })
  return { browser: opened, page, idToken: found.idToken }
}
