/** A server-sent event: its name and its data. */
export interface ServerEvent {
  name: string
  data: string
}

/** Reads server-sent events as they come, however the net cuts them, until `signal` says that nobody listens. */
export async function* serverEvents(
  stream: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let held = ''
  const leave = () => void reader.cancel().catch(() => undefined)
  signal?.addEventListener('abort', leave)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      held = (held + decoder.decode(value, { stream: !done })).replaceAll('\r\n', '\n')
      const blocks = held.split('\n\n')
      held = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = parseBlock(block)
        if (event !== null) yield event
      }
      if (done) return
    }
  } finally {
    signal?.removeEventListener('abort', leave)
    leave()
  }
}

function parseBlock(block: string): ServerEvent | null {
  let name = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) name = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
  }
  return data.length === 0 ? null : { name, data: data.join('\n') }
}
