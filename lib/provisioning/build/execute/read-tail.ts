import { open } from 'node:fs/promises'

import { splitLines } from '../../process/split-lines'

const TAIL_BYTES = 64 * 1024

/** The last lines of a file, whole ones but for the first; none when it is not there. */
export async function readTail(file: string): Promise<string[]> {
  const handle = await open(file, 'r').catch(() => null)
  if (!handle) return []
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(Math.min(TAIL_BYTES, size))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - buffer.length)
    const lines: string[] = []
    const splitter = splitLines((line) => lines.push(line))
    splitter.write(buffer.subarray(0, bytesRead))
    splitter.end()
    return lines
  } finally {
    await handle.close()
  }
}
