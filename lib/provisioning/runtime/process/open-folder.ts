import { constants } from 'node:fs'
import { lstat, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

import { absent, demandPath, notA } from '../volume-path'

// Ways into a volume that a program in it cannot bend. Each folder is opened from the one above it, and a link is not
// followed: where the kernel shows open folders as paths (Linux), what a handle leads to stays the same folder, whatever is
// moved or put in its place meanwhile. Elsewhere each step is looked at before it is taken.

/** An open folder. `at`: a path of something in it. */
export type OpenFolder = { handle: FileHandle; at(name: string): string; /** Of a name in bytes that are no text. */ atBytes(name: Buffer): Buffer; close(): Promise<void> }

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const HAS_HANDLES = process.platform === 'linux'

/** Opens the folder of a path below a root that is ours. Close it. */
export async function openFolder(root: string, path: readonly string[]): Promise<OpenFolder> {
  demandPath(path)
  let folder = await step(root, [])
  for (const [index, part] of path.entries()) {
    const next = await openIn(folder, part, path.slice(0, index + 1)).finally(() => folder.close())
    folder = next
  }
  return folder
}

/** Opens a folder that is in an open one. */
export function openIn(folder: OpenFolder, name: string | Buffer, path: readonly string[]): Promise<OpenFolder> {
  return step(typeof name === 'string' ? folder.at(name) : folder.atBytes(name), path)
}

async function step(place: string | Buffer, path: readonly string[]): Promise<OpenFolder> {
  if (!HAS_HANDLES && (await lstat(place).catch(() => null))?.isSymbolicLink()) throw notA('folder', path)
  const handle = await open(place, FOLDER).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw absent(path)
    if (code === 'ENOTDIR' || code === 'ELOOP') throw notA('folder', path)
    throw cause
  })
  const base = HAS_HANDLES ? `/proc/self/fd/${handle.fd}` : place.toString()
  return { handle, at: (name) => join(base, name), atBytes: (name) => Buffer.concat([Buffer.from(`${base}/`), name]), close: () => handle.close() }
}
