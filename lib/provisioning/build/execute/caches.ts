import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { cp, lstat, mkdir, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { isWithin } from '../../files/copy-tree'

export type Caches = {
  /** Folder the recipe's commands run in, absolute. */
  cwd: string
  /** Of the service. */
  cacheDirectory: string
  /** From the recipe, relative to cwd. */
  cacheDirectories: readonly string[]
  onLine: (stream: 'platform', text: string) => void
}

/**
 * Puts what frameworks kept from the last build into the tree. They are moved, not copied: a build that fails because of
 * a bad cache leaves none behind for the next one. Whatever goes wrong here is said and costs time only.
 */
export async function restoreCaches(caches: Caches): Promise<void> {
  for (const path of caches.cacheDirectories) {
    await tolerate(caches, path, 'restored', async () => {
      const kept = keptAt(caches, path)
      if ((await kindOf(kept)) !== 'folder' || (await kindOf(join(caches.cwd, path))) !== null) return false
      await move(kept, await placeFor(caches.cwd, path))
      return true
    })
  }
}

/** Takes them out of the tree again after a build that worked; the artifact is smaller without them. */
export async function saveCaches(caches: Caches): Promise<void> {
  for (const path of caches.cacheDirectories) {
    await tolerate(caches, path, 'kept', async () => {
      const made = join(caches.cwd, path)
      if ((await kindOf(made)) !== 'folder' || !isWithin(await realpath(made), await realpath(caches.cwd))) return false
      const kept = keptAt(caches, path)
      await rm(kept, { recursive: true, force: true })
      await mkdir(dirname(kept), { recursive: true })
      await move(made, kept)
      return false
    })
  }
}

async function tolerate(caches: Caches, path: string, verb: string, work: () => Promise<boolean>): Promise<void> {
  try {
    if (await work()) caches.onLine('platform', `Restored ${path} from the last build`)
  } catch (error) {
    await rm(keptAt(caches, path), { recursive: true, force: true }).catch(() => undefined)
    caches.onLine('platform', `The cache ${path} could not be ${verb} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}); going on without it`)
  }
}

function keptAt({ cacheDirectory }: Caches, path: string): string {
  const name = path.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-/, '')
  return join(cacheDirectory, 'frameworks', `${name}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`)
}

/** Creates the folder above, unless a link of the source leads it elsewhere. */
async function placeFor(cwd: string, path: string): Promise<string> {
  const parent = dirname(join(cwd, path))
  await mkdir(parent, { recursive: true })
  if (!isWithin(await realpath(parent), await realpath(cwd))) throw Object.assign(new Error('leads out'), { code: 'a link leads out of the source' })
  return join(cwd, path)
}

async function kindOf(path: string): Promise<'folder' | 'other' | null> {
  const found = await lstat(path).catch(() => null)
  return found === null ? null : found.isDirectory() ? 'folder' : 'other'
}

/** Renames; copies where the two lie on different disks. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const half = `${to}.moving`
    await rm(half, { recursive: true, force: true })
    await cp(from, half, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE })
    await rename(half, to)
    await rm(from, { recursive: true, force: true })
  }
}
