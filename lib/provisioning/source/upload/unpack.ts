import { createReadStream } from 'node:fs'
import { mkdir, open, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { UploadLimits } from '../../../domain/archive/limits'
import { DeploymentFailure } from '../../../domain/failure'
import { isAppError } from '../../../errors'
import { gate, type Admitted, type Gate } from './admit'
import { readArchive, refused, type ArchiveEntry } from './read-archive'

export type Unpack = {
  /** The archive. */
  file: string
  limits: UploadLimits
  /** Empty, and nobody else's. */
  directory: string
  say: (text: string) => void
  signal: AbortSignal
}

/** Puts an upload into a folder. Throws DeploymentFailure when its archive is gone or damaged. */
export async function unpackUpload({ file, limits, directory, say, signal }: Unpack): Promise<void> {
  if (!(await stat(file).then((found) => found.isFile(), () => false))) throw new DeploymentFailure('source_not_found', 'The archive of this upload is not there any more. Upload the folder again.')
  try {
    const { files } = await through(file, limits, { signal, take: writer(directory) })
    say(`Unpacked ${files} ${files === 1 ? 'file' : 'files'}`)
  } catch (error) {
    signal.throwIfAborted()
    if (isAppError(error)) throw new DeploymentFailure('source_not_found', `${error.message} Upload the folder again.`, { cause: error })
    if (['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) throw new DeploymentFailure('source_not_found', `Two names in this upload are the same on the disk of this machine, or one is too long for it: ${(error as NodeJS.ErrnoException).path?.slice(directory.length + 1)}. Rename one and upload the folder again.`, { cause: error })
    throw error
  }
}

/** Reads all of an archive as if it were unpacked, and says what it holds. Throws `invalid_input` for what may not be there. */
export async function inspectArchive(file: string, limits: UploadLimits, signal: AbortSignal): Promise<{ files: number; unpackedBytes: number }> {
  const found = await through(file, limits, { signal, take: { entry: async () => undefined, end: async () => undefined } })
  if (found.files === 0) throw refused('It holds no files.')
  return found
}

type Taker = { entry(entry: ArchiveEntry, admitted: Admitted, signal: AbortSignal): Promise<void>; end(): Promise<void> }

async function through(file: string, limits: UploadLimits, { signal, take }: { signal: AbortSignal; take: Taker }): Promise<ReturnType<Gate['found']>> {
  const door = gate(limits)
  const entries = readArchive(createReadStream(file, { signal, highWaterMark: 256 * 1024 }), limits)
  for await (const entry of entries) {
    signal.throwIfAborted()
    const admitted = door.admit(entry)
    if (admitted !== null && !admitted.isLeftOut) await take.entry(entry, admitted, signal)
  }
  await take.end()
  return door.found()
}

/** Links are made when everything else is there, so nothing is ever written through one. */
function writer(directory: string): Taker {
  const links: { path: string; target: string }[] = []
  return {
    async entry({ kind, target, isProgram, content }, { path }, signal) {
      const to = join(directory, path)
      if (kind === 'folder') return void (await mkdir(to, { recursive: true }))
      if (kind === 'link') return void links.push({ path: to, target: target! })
      await mkdir(dirname(to), { recursive: true })
      const file = await open(to, 'wx', isProgram ? 0o755 : 0o644)
      try {
        for await (const chunk of content) {
          signal.throwIfAborted()
          for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
        }
      } finally {
        await file.close()
      }
    },
    async end() {
      for (const { path, target } of links) {
        await mkdir(dirname(path), { recursive: true })
        await symlink(target, path)
      }
    },
  }
}
