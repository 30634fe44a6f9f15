/** Where the browser knows Trusted Types, a script's address must come from this policy. */

interface Policy {
  createScriptURL(url: string): unknown
}
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy
}

function sameOrigin(url: string): string {
  if (new URL(url, location.href).origin === location.origin) return url
  throw new TypeError(`Scripts come from this site only, not from ${url}.`)
}

const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
const policy = factory?.createPolicy('candlewick', { createScriptURL: sameOrigin })

/** Starts a module worker from a file of this site. */
export function startWorker(url: URL | string, name: string): Worker {
  const address = policy?.createScriptURL(String(url)) ?? sameOrigin(String(url))
  // The DOM's types do not know that a worker takes a trusted address.
  return new Worker(address as string, { type: 'module', name })
}
