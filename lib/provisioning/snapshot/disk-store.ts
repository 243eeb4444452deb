import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { AppError } from '../../errors'
import type { SnapshotStore } from './store'

/** What is being written has this after its name. */
export const PARTIAL = '.partial'
const ID = /^snp_[0-9a-z]{22}$/
const READ_BYTES = 1024 * 1024

/** Snapshots as files of this machine, each whole from the moment it has its name. */
export function diskStore(folder: string): SnapshotStore {
  const pathOf = (id: string) => {
    if (!ID.test(id)) throw new AppError('invalid_input', `"${id}" is not the id of a snapshot.`)
    return join(folder, id)
  }
  return {
    async write(id, content, signal) {
      const path = pathOf(id)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const partial = `${path}${PARTIAL}`
      try {
        await fill(partial, content, signal)
        await rename(partial, path)
        await sync(folder)
      } catch (error) {
        await rm(partial, { force: true })
        throw isFull(error) ? new AppError('unavailable', 'There is no space left on the disk that holds the snapshots. Delete some that are no longer needed, or free space on the machine that runs Easel.', { cause: error }) : error
      }
    },
    async read(id) {
      const path = pathOf(id)
      await stat(path).catch(gone)
      return createReadStream(path, { highWaterMark: READ_BYTES })
    },
    sizeBytes: (id) => stat(pathOf(id)).then(({ size }) => size, (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : Promise.reject(error))),
    async remove(id) {
      const path = pathOf(id)
      await rm(path, { force: true })
      await rm(`${path}${PARTIAL}`, { force: true })
    },
  }
}

async function fill(path: string, content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    for await (const chunk of content) {
      signal.throwIfAborted()
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function gone(cause: NodeJS.ErrnoException): never {
  if (cause.code !== 'ENOENT') throw cause
  throw new AppError('not_found', 'The file of this snapshot is not there any more. Somebody may have removed it from the disk.', { cause })
}
