/** Firestore listeners. The SDK is loaded with the first one: pages without live data never pay for it. */

/** Follows one document of the signed-in user; `onData` gets its fields, or null when it is gone. */
export function followDocument(
  path: string,
  onData: (fields: Record<string, unknown> | null) => void,
  onError: (error: Error) => void,
): () => void {
  return follow((module) => module.followDocument(path, onData, onError), onError)
}

type Live = typeof import('./firebase-firestore')

function follow(
  begin: (module: Live) => Promise<() => void>,
  onError: (error: Error) => void,
): () => void {
  let stop: (() => void) | undefined
  let isStopped = false
  import('./firebase-firestore')
    .then(begin)
    .then((found) => {
      if (isStopped) found()
      else stop = found
    })
    .catch((error: unknown) => {
      onError(error instanceof Error ? error : new Error('Live updates are not available.'))
    })
  return () => {
    isStopped = true
    stop?.()
  }
}
