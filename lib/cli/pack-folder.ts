import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

import { TAR_END, tarFilling, tarHeader, type TarFile } from '../domain/archive/tar'
import { CallError } from './client'
import { unreadable } from './folder-files'

/** An archive that waits to be sent, in a file of its own: how long it is has to be told before, and it may be sent again. */
export type Packed = { file: string; sizeBytes: number; remove(): Promise<void> }

export async function packFolder(root: string, files: readonly TarFile[]): Promise<Packed> {
  const room = await mkdtemp(join(tmpdir(), 'easel-up-'))
  const file = join(room, 'folder.tar.gz')
  const leave = () => {
    rmSync(room, { recursive: true, force: true })
    process.exit(130)
  }
  process.once('SIGINT', leave)
  const remove = async () => {
    process.off('SIGINT', leave)
    await rm(room, { recursive: true, force: true })
  }
  try {
    await pipeline(Readable.from(tarOf(root, files)), createGzip(), createWriteStream(file, { mode: 0o600 }))
    return { file, sizeBytes: (await stat(file)).size, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function* tarOf(root: string, files: readonly TarFile[]): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    yield tarHeader(file)
    if (file.sizeBytes > 0) yield* contentOf(root, file)
    yield tarFilling(file.sizeBytes)
  }
  yield TAR_END
}

/** Exactly as much as was said of it: what grows meanwhile is cut, what shrinks cannot be sent. */
async function* contentOf(root: string, { path, sizeBytes }: TarFile): AsyncGenerator<Uint8Array> {
  let left = sizeBytes
  try {
    for await (const chunk of createReadStream(join(root, path), { end: sizeBytes - 1 }) as AsyncIterable<Buffer>) {
      left -= chunk.length
      yield chunk
    }
  } catch (error) {
    unreadable(path)(error as NodeJS.ErrnoException)
  }
  if (left > 0) throw new CallError(`${path} became shorter while it was read. Try again.`, 400)
}
