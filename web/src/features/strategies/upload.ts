/** A strategy file from the user's machine. */
export interface Upload {
  fileName: string
  title: string
  code: string
}

const MAX_BYTES = 256 * 1024

/** Reads a Python file; throws with words for the user when it is none that can be saved. */
export async function readUpload(file: File): Promise<Upload> {
  if (!file.name.endsWith('.py')) throw new Error('Choose a Python file: its name ends in .py.')
  if (file.size > MAX_BYTES) throw new Error('A strategy may have 256 KiB; this file is larger.')
  const bytes = await readBytes(file)
  try {
    const code = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
    if (code.trim() === '') throw new RangeError('empty')
    const named = /^class\s+(\w+)\s*\(\s*(?:\w+\.)*IStrategy\s*\)/m.exec(code)
    return { fileName: file.name, title: named?.[1] ?? file.name.replace(/\.py$/, ''), code }
  } catch (error) {
    throw error instanceof RangeError
      ? new Error('This file is empty.')
      : new Error('This file is not UTF-8 text. Save it as UTF-8 and try again.')
  }
}

function readBytes(file: File): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as ArrayBuffer)
    reader.onerror = () => reject(new Error('This file could not be read.'))
    reader.readAsArrayBuffer(file)
  })
}
