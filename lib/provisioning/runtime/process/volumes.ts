import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { opendir, lstat, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import { AppError } from '../../../errors'
import { lookAt } from './look'
import type { Volumes } from '../driver'
import { writeAtomically } from '../record/write-atomically'
import type { Room } from './room'
import type { RunFolder } from './run-folder'
import type { State } from './state'
import { restoreContent, saveContent } from './volume-content'
import { filesIn } from './volume-files'
import { environmentOf, exclusivelyIn, finishRestore, gone, TRASH, trashOf, volumeFolder, type VolumeFolder } from './volume-folder'

// Bytes that outlive processes: a folder each. What is removed or replaced goes out of sight in one step first.

/** Readable by whoever knows the way, such as a database that runs as another user; the list of them is not. */
const ROOT_MODE = 0o711

type Stored = () => { folder: RunFolder; state: State }[]

export function makeVolumes(room: Room, stored: Stored): Volumes {
  const usersOf = (name: string) => stored().filter(({ state }) => state.volumes.includes(name))
  return {
    ensure: (volume, signal) => exclusivelyIn(room, volume.name, signal, async (folder) => ensure(room, folder, volume)),
    remove: (name, signal) => exclusivelyIn(room, name, signal, (folder) => remove(room, folder, { name, users: usersOf(name) })),
    async list(environmentId, signal) {
      signal.throwIfAborted()
      return namesOf(room).flatMap((name) => {
        const of = environmentOf(volumeFolder(room, name))
        return of === null || (environmentId !== null && of !== environmentId) ? [] : [{ name, environmentId: of, usedBy: usersOf(name).map(({ state }) => state.name).sort() }]
      })
    },
    async sizeBytes(name, signal) {
      const { path } = demandVolume(room, name)
      return sizeOf(path, signal)
    },
    where: (name) => volumeFolder(room, name).path,
    async save(name, signal) {
      return saveContent(demandVolume(room, name).path, signal)
    },
    restore: (name, tar, signal) =>
      exclusivelyIn(room, name, signal, async (folder) => {
        demandVolume(room, name)
        const isRunning = usersOf(name).some(({ folder: run, state }) => lookAt(run, state).lives)
        if (isRunning) throw new AppError('conflict', 'A service runs on this volume. Stop it before its content is replaced.')
        await restoreContent(room, { name, folder, tar }, signal)
      }),
    files: filesIn((name) => demandVolume(room, name).path),
  }
}

function ensure(room: Room, folder: VolumeFolder, { name, environmentId, owner }: Parameters<Volumes['ensure']>[0]): void {
  finishRestore(room, folder, name)
  if (existsSync(folder.path)) return
  mkdirSync(dirname(folder.path), { recursive: true, mode: ROOT_MODE })
  mkdirSync(dirname(folder.about), { recursive: true, mode: 0o700 })
  writeAtomically(folder.about, JSON.stringify({ environmentId }))
  rmSync(folder.incoming, { recursive: true, force: true })
  mkdirSync(folder.incoming, { mode: 0o700 })
  // Whoever finds the volume finds it as it is meant to be. To give away takes a root; others own it themselves.
  if (owner !== null && process.getuid?.() === 0) chownSync(folder.incoming, owner.uid, owner.gid)
  renameSync(folder.incoming, folder.path)
}

async function remove(room: Room, folder: VolumeFolder, { name, users }: { name: string; users: readonly unknown[] }): Promise<void> {
  if (users.length > 0) throw new AppError('conflict', 'The volume is in use. Stop and remove what uses it first.')
  for (const path of [folder.path, folder.incoming, folder.restored]) {
    if (!existsSync(path)) continue
    const trash = trashOf(room, name)
    renameSync(path, trash)
    await rm(trash, { recursive: true, force: true }).catch((cause: unknown) => {
      // Such as folders that a program made read-only. It is gone for all that matters; the next driver tries again.
      room.log.warn({ volume: name, cause }, 'files of a removed volume could not be deleted')
    })
  }
  rmSync(folder.about, { force: true })
}

function demandVolume(room: Room, name: string): VolumeFolder {
  const folder = volumeFolder(room, name)
  if (!existsSync(folder.path)) throw gone(name)
  return folder
}

function namesOf({ paths }: Room): string[] {
  if (!existsSync(paths.volumes)) return []
  return readdirSync(paths.volumes, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

/** What the files take on disk, each once however many names it has. Links are not followed; what goes meanwhile is not counted. */
async function sizeOf(root: string, signal: AbortSignal): Promise<number> {
  const counted = new Set<string>()
  const folders = [root]
  let bytes = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted()
    try {
      for await (const entry of await opendir(folder)) {
        const path = join(folder, entry.name)
        const seen = await lstat(path).catch(() => null)
        if (seen === null) continue
        if (seen.isDirectory()) folders.push(path)
        else if (seen.nlink > 1 && counted.has(`${seen.dev} ${seen.ino}`)) continue
        else if (seen.nlink > 1) counted.add(`${seen.dev} ${seen.ino}`)
        if (!seen.isDirectory()) bytes += seen.blocks * 512
      }
    } catch (error) {
      if (folder === root || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return bytes
}

/** Finishes removals that were cut short. */
export async function emptyVolumeTrash({ paths }: Room): Promise<void> {
  if (!existsSync(paths.volumes)) return
  for (const name of readdirSync(paths.volumes).filter((entry) => entry.startsWith(TRASH))) await rm(join(resolve(paths.volumes), name), { recursive: true, force: true })
}
