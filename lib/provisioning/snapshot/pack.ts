import { createHash, type Hash } from 'node:crypto'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { AppError } from '../../errors'
import { compressor, decompressor, type Compression } from './compression'
import type { SnapshotStore } from './store'

// content → counted → compressed → counted and summed → store, and back, with never more than a few blocks in memory.

/** What is known of the bytes that a store keeps of a snapshot, and is held against them before they are used. */
export type Kept = { compression: Compression; sizeBytes: number; contentBytes: number; sha256: string }

/** The same from the row of a snapshot that is done. */
export function keptOf({ compression, sizeBytes, contentBytes, sha256 }: { [K in keyof Kept]: Kept[K] | null }): Kept {
  return { compression: compression!, sizeBytes: sizeBytes!, contentBytes: contentBytes!, sha256: sha256! }
}

const BLOCK_BYTES = 256 * 1024

/** Puts a content into a store. Nothing is left there of one that ends in an error. */
export async function keep(store: SnapshotStore, { id, content }: { id: string; content: Readable }, signal: AbortSignal): Promise<Kept> {
  const { compression, through: compress } = compressor()
  const before = meter()
  const after = meter(createHash('sha256'))
  let writing: Promise<void> = Promise.resolve()
  const write = (packed: AsyncIterable<Buffer>) => (writing = store.write(id, packed, signal))
  try {
    await pipeline(content, before.through, compress, after.through, write, { signal })
  } catch (error) {
    // Until nothing is left of it. A store that takes no more breaks the pipe behind it, which is all the pipe itself would tell.
    const refusal = await writing.then(() => null, (cause: unknown) => cause)
    signal.throwIfAborted()
    throw refusal instanceof AppError || (error as Error).name === 'AbortError' ? (refusal ?? error) : error
  }
  return { compression, sizeBytes: after.bytes(), contentBytes: before.bytes(), sha256: after.sum()! }
}

/** Reads all that is kept of a snapshot and refuses what is not what was put there. */
export async function verify(store: SnapshotStore, { id, kept }: { id: string; kept: Kept }, signal: AbortSignal): Promise<void> {
  const found = meter(createHash('sha256'))
  found.through.resume()
  await pipeline(await store.read(id, signal), found.through, { signal })
  demandSame(found, kept)
}

/** The content of a snapshot. It ends in an error, and not as if it were whole, when it is not what was put there. */
export async function unpack(store: SnapshotStore, { id, kept }: { id: string; kept: Kept }, signal: AbortSignal): Promise<Readable> {
  const found = meter(createHash('sha256'))
  const decompress = decompressor(kept.compression, altered)
  let contentBytes = 0
  const last = new Transform({
    highWaterMark: BLOCK_BYTES * 4,
    transform(chunk: Buffer, _, done) {
      contentBytes += chunk.length
      done(null, chunk)
    },
    flush(done) {
      try {
        demandSame(found, kept)
        if (contentBytes !== kept.contentBytes) throw altered()
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
  pipeline(await store.read(id, signal), found.through, decompress, last, { signal }).catch((cause: NodeJS.ErrnoException) => {
    // What the unpacking stumbled over is a symptom.
    last.destroy(/^Z(STD)?_/.test(cause.code ?? '') ? altered(cause) : cause)
  })
  return last
}

type Meter = { through: Transform; bytes(): number; sum(): string | null }

function meter(hash: Hash | null = null): Meter {
  let bytes = 0
  let sum: string | null = null
  const through = new Transform({
    highWaterMark: BLOCK_BYTES * 4,
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      hash?.update(chunk)
      done(null, chunk)
    },
  })
  return { through, bytes: () => bytes, sum: () => (sum ??= hash?.digest('hex') ?? null) }
}

function demandSame(found: Meter, kept: Kept): void {
  if (found.bytes() !== kept.sizeBytes) throw new AppError('invalid_input', `The file of this snapshot has ${found.bytes()} bytes and had ${kept.sizeBytes} when it was made: it is cut off or was replaced. Use another snapshot.`)
  if (found.sum() !== kept.sha256) throw altered()
}

function altered(cause?: unknown): AppError {
  return new AppError('invalid_input', 'The file of this snapshot is not the one that was made: its checksum is another one. Use another snapshot.', { cause })
}
