import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { constants, type Dirent } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import { addAbortSignal, Readable } from 'node:stream'

import { AppError } from '../../../errors'
import type { VolumeEntry, VolumeFiles } from '../driver'
import { absent, cutOff, demandPath, inOrder, inTheWay, MOST_ENTRIES, notA, shown } from '../volume-path'
import { openFolder, openIn, type OpenFolder } from './open-folder'

// The files of a volume that is a folder. A program may be at work in it and move things while we look; see open-folder.ts.

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const MAKE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
/** Folders in folders that are removed at once: each of them is open meanwhile. */
const DEEPEST = 200

/** `rootOf` answers the folder of a volume, and throws where there is none. */
export function filesIn(rootOf: (name: string) => string): VolumeFiles {
  const inFolder = async <T>(name: string, path: readonly string[], work: (folder: OpenFolder) => Promise<T>): Promise<T> => {
    const folder = await openFolder(rootOf(name), path)
    try {
      return await work(folder)
    } finally {
      await folder.close()
    }
  }
  const inParent = async <T>(name: string, path: readonly string[], work: (folder: OpenFolder, last: string) => Promise<T>): Promise<T> => {
    demandPath(path)
    const last = path.at(-1)
    if (last === undefined) throw new AppError('invalid_input', 'The root of a volume is neither a file nor removed by itself.')
    return inFolder(name, path.slice(0, -1), (folder) => work(folder, last)).catch((error: unknown) => Promise.reject(explained(error, path)))
  }
  return {
    list: (name, path, signal) => inFolder(name, path, (folder) => list(folder, signal)),
    read: (name, path, signal) => inParent(name, path, (folder, last) => read(folder, { last, path }, signal)),
    write: (name, path, file, signal) => inParent(name, path, (folder, last) => write(folder, { ...file, last, path }, signal)),
    remove: (name, path, signal) => inParent(name, path, (folder, last) => remove(folder, last, { path, signal, depth: 0 })),
    makeFolder: (name, path, signal) =>
      inParent(name, path, async (folder, last) => {
        signal.throwIfAborted()
        await mkdir(folder.at(last), { mode: 0o755 })
        const made = await openIn(folder, last, path)
        await giveLikeParent(folder, made.handle).finally(() => made.close())
      }),
  }
}

async function list(folder: OpenFolder, signal: AbortSignal): Promise<{ entries: VolumeEntry[]; more: number }> {
  const all = await readdir(folder.at('.'), { withFileTypes: true, encoding: 'buffer' })
  // What has a name that is no text cannot be asked for. It is counted, and goes with its folder.
  const found = (all as unknown as Dirent<Buffer>[]).filter(({ name }) => isUtf8(name))
  const sorted = inOrder(found.map((entry) => ({ name: entry.name.toString('utf8'), kind: kindOf(entry), sizeBytes: null, modifiedAt: new Date(0) })))
  const entries: VolumeEntry[] = []
  for (const entry of sorted.slice(0, MOST_ENTRIES)) {
    signal.throwIfAborted()
    const seen = await lstat(folder.at(entry.name)).catch(() => null)
    if (seen) entries.push({ name: entry.name, kind: kindOf(seen), sizeBytes: seen.isFile() ? seen.size : null, modifiedAt: seen.mtime })
  }
  return { entries, more: Math.max(0, sorted.length - MOST_ENTRIES) + all.length - found.length }
}

type Named = { last: string; path: readonly string[] }

async function read(folder: OpenFolder, { last, path }: Named, signal: AbortSignal): Promise<{ sizeBytes: number; content: Readable }> {
  const handle = await open(folder.at(last), READ)
  const seen = await handle.stat()
  if (!seen.isFile()) {
    await handle.close()
    throw notA('file', path)
  }
  // What is added meanwhile is left for the next time: the length has been told.
  if (seen.size > 0) return { sizeBytes: seen.size, content: handle.createReadStream({ end: seen.size - 1, signal }) }
  await handle.close()
  return { sizeBytes: 0, content: Readable.from([]) }
}

async function write(folder: OpenFolder, { last, sizeBytes, content }: Named & { sizeBytes: number; content: Readable }, signal: AbortSignal): Promise<void> {
  const temporary = `.easel-upload-${randomBytes(6).toString('hex')}`
  const handle = await open(folder.at(temporary), MAKE, 0o644)
  try {
    for await (const chunk of addAbortSignal(signal, content) as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten
    }
    const { size } = await handle.stat()
    if (size !== sizeBytes) throw cutOff()
    await giveLikeParent(folder, handle)
    await handle.sync()
    await rename(folder.at(temporary), folder.at(last))
  } catch (error) {
    await unlink(folder.at(temporary)).catch(() => undefined)
    throw error
  } finally {
    await handle.close().catch(() => undefined)
  }
}

type Removal = { path: readonly string[]; signal: AbortSignal; depth: number }

async function remove(folder: OpenFolder, name: string | Buffer, { path, signal, depth }: Removal): Promise<void> {
  signal.throwIfAborted()
  const place = typeof name === 'string' ? folder.at(name) : folder.atBytes(name)
  if (!(await lstat(place)).isDirectory()) return unlink(place)
  if (depth >= DEEPEST) throw new AppError('invalid_input', `${shown(path)} has more than ${DEEPEST} folders in each other. Delete those further down first.`)
  const inner = await openIn(folder, name, path)
  try {
    for (const entry of await readdir(inner.at('.'), { encoding: 'buffer' })) await remove(inner, entry, { path: [...path, entry.toString()], signal, depth: depth + 1 })
  } finally {
    await inner.close()
  }
  await rmdir(place)
}

/** What is made belongs to whom the folder belongs to: a program that is not root can work with it. */
async function giveLikeParent(folder: OpenFolder, made: FileHandle): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await folder.handle.stat()
  await made.chown(uid, gid)
}

type Kinds = { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }

function kindOf(seen: Kinds): VolumeEntry['kind'] {
  return seen.isDirectory() ? 'folder' : seen.isSymbolicLink() ? 'link' : seen.isFile() ? 'file' : 'other'
}

function explained(error: unknown, path: readonly string[]): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return absent(path)
    case 'ELOOP':
    case 'ENXIO':
      return notA('file', path)
    case 'EEXIST':
    case 'EISDIR':
    case 'ENOTEMPTY':
      return inTheWay(path)
    case 'EACCES':
    case 'EPERM':
      return new AppError('forbidden', `Easel may not do that with ${shown(path)}: it belongs to somebody else on this machine.`)
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('unavailable', 'There is no space left on the disk that holds the volume. Delete something first.')
    default:
      return error
  }
}
