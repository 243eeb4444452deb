import { PassThrough, type Readable } from 'node:stream'

import { AppError } from '../../../errors'
import { padding, readHeader, sizeIn, TAR_BLOCK, type ReadHeader } from './tar-header'

// The one file of an archive that the engine gives, as a stream of its own.

/** Its size and content; null when the first thing in the archive is no file. */
export async function fileIn(archive: Readable): Promise<{ sizeBytes: number; content: Readable } | null> {
  const reader = readerOf(archive)
  const header = await nextHeader(reader)
  if (header.type !== '0' && header.type !== '\0') {
    archive.destroy()
    return null
  }
  const content = new PassThrough()
  content.once('close', () => archive.destroy())
  reader.copy(content, header.sizeBytes).catch((cause: Error) => content.destroy(cause))
  return { sizeBytes: header.sizeBytes, content }
}

/** What the archive says of its first entry; the rest of it is left. */
export async function firstHeader(archive: Readable): Promise<ReadHeader> {
  try {
    return await nextHeader(readerOf(archive))
  } finally {
    archive.destroy()
  }
}

type Reader = { take(bytes: number): Promise<Buffer>; copy(into: PassThrough, bytes: number): Promise<void> }

/** Headers that only say more about the next one are read on the way. */
async function nextHeader(reader: Reader): Promise<ReadHeader> {
  let sizeBytes: number | null = null
  for (;;) {
    const header = readHeader(await reader.take(TAR_BLOCK))
    if (!'xgLK'.includes(header.type)) return { ...header, sizeBytes: sizeBytes ?? header.sizeBytes }
    const records = await reader.take(header.sizeBytes + padding(header.sizeBytes))
    if (header.type === 'x') sizeBytes = sizeIn(records)
  }
}

function readerOf(archive: Readable): Reader {
  const chunks = archive.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  let rest: Buffer = Buffer.alloc(0)
  const more = async () => {
    const { done, value } = await chunks.next()
    if (done) throw new AppError('unavailable', 'The Docker engine ended the file before its end. Try again.')
    return value
  }
  return {
    async take(bytes) {
      while (rest.length < bytes) rest = Buffer.concat([rest, await more()])
      const taken = rest.subarray(0, bytes)
      rest = rest.subarray(bytes)
      return taken
    },
    async copy(into, bytes) {
      for (let left = bytes; left > 0; ) {
        const chunk = rest.length > 0 ? rest : await more()
        const part = chunk.subarray(0, left)
        rest = chunk.subarray(part.length)
        left -= part.length
        if (into.destroyed) return
        if (!into.write(part)) await new Promise<void>((resolve) => into.once('drain', resolve).once('close', resolve))
      }
      into.end()
    },
  }
}
