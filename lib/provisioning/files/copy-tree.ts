import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, opendir, readlink, symlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

import { DeploymentFailure } from '../../domain/failure'

export type CopyTree = {
  from: string
  to: string
  /** Names that are left out at any depth. */
  leaveOut: ReadonlySet<string>
  say: (text: string) => void
  signal: AbortSignal
}

const MAX_ENTRIES = 200_000

/** Copies a folder without links that lead out of it, and without anything but files, folders and links. */
export async function copyTree(copy: CopyTree): Promise<void> {
  const pending = ['']
  let entries = 0
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    copy.signal.throwIfAborted()
    await mkdir(join(copy.to, folder), { recursive: true })
    for await (const entry of await opendir(join(copy.from, folder))) {
      const path = join(folder, entry.name)
      // The data folder itself may lie below the copied folder.
      if (copy.leaveOut.has(entry.name) || isWithin(copy.to, join(copy.from, path))) continue
      if (++entries > MAX_ENTRIES) throw new DeploymentFailure('source_not_found', `The folder has more than ${MAX_ENTRIES} entries. Choose a smaller folder.`)
      if (entry.isDirectory()) pending.push(path)
      else await copyEntry(copy, path)
    }
  }
}

/** Copies the named files only; names that no longer exist are passed over. */
export async function copyListed(copy: CopyTree, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    copy.signal.throwIfAborted()
    if (path.split('/').some((name) => copy.leaveOut.has(name)) || !isWithin(resolve(copy.from, path), copy.from)) continue
    const found = await lstat(join(copy.from, path)).catch(() => null)
    if (found === null) continue
    await mkdir(dirname(join(copy.to, path)), { recursive: true })
    // A submodule is listed as one entry and is a folder.
    if (found.isDirectory()) await copyTree({ ...copy, from: join(copy.from, path), to: join(copy.to, path) })
    else await copyEntry(copy, path)
  }
}

async function copyEntry(copy: CopyTree, path: string): Promise<void> {
  const from = join(copy.from, path)
  const found = await lstat(from).catch(() => null)
  if (found?.isFile()) await copyFile(from, join(copy.to, path), constants.COPYFILE_FICLONE)
  if (!found?.isSymbolicLink()) return
  const target = await readlink(from)
  if (isAbsolute(target) || !isWithin(resolve(dirname(from), target), copy.from)) copy.say(`Left out the link ${path}: it leads out of the source.`)
  else await symlink(target, join(copy.to, path))
}

/** Whether `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}
