import { Readable } from 'node:stream'

import { BLOCK, headerOf, type TarEntry } from './entry'

const ZEROS = Buffer.alloc(64 * 1024)

/** Entries as one archive. A content that has become shorter since it was measured is filled up with zeros, a longer one is cut. */
export function writeTar(entries: AsyncIterable<TarEntry>): Readable {
  return Readable.from(blocksOf(entries), { objectMode: false, highWaterMark: 1024 * 1024 })
}

async function* blocksOf(entries: AsyncIterable<TarEntry>): AsyncGenerator<Buffer> {
  for await (const entry of entries) {
    yield headerOf(entry)
    let left = entry.sizeBytes
    if (entry.content) {
      for await (const chunk of entry.content) {
        const part = chunk.length > left ? chunk.subarray(0, left) : chunk
        left -= part.length
        if (part.length > 0) yield part
      }
    }
    yield* zeros(left + ((BLOCK - (entry.sizeBytes % BLOCK)) % BLOCK))
  }
  yield* zeros(2 * BLOCK)
}

function* zeros(count: number): Generator<Buffer> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, Math.min(left, ZEROS.length))
}
