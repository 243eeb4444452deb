import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { z } from 'zod'

import { AppError } from '../../../errors'
import { withFileLock } from '../record/file-lock'
import type { Room } from './room'
import { isName } from './run-folder'

// A volume is a folder with its name. What is known of it lies beside, where its programs do not see it.

/** Everything one volume has on disk. */
export type VolumeFolder = {
  /** Its content: where programs write. */
  path: string
  /** Which environment it is of; written before the folder is made. */
  about: string
  /** Content that is being made, to take the place of what is there in one step. */
  incoming: string
  /** Content that is complete and takes the place of what is there, whoever finishes that. */
  restored: string
  lock: string
}

export const TRASH = '.trash-'
const About = z.object({ environmentId: z.string() })

/** Where a volume of this name lies. Refuses a name that could lead out of the folder. */
export function volumeFolder({ paths }: Pick<Room, 'paths'>, name: string): VolumeFolder {
  if (!isName(name)) throw new AppError('invalid_input', `"${name}" cannot be the name of a volume.`)
  const root = resolve(paths.volumes)
  return {
    path: resolve(paths.volume(name)),
    about: join(root, '.about', `${name}.json`),
    incoming: join(root, `.incoming-${name}`),
    restored: join(root, `.restored-${name}`),
    lock: join(root, '.locks', name),
  }
}

/** One thing at a time for each volume, among all workers too. */
export async function exclusivelyIn<T>(room: Room, name: string, signal: AbortSignal | null, work: (folder: VolumeFolder) => Promise<T>): Promise<T> {
  const folder = volumeFolder(room, name)
  return room.locks.run(`volume ${name}`, signal, () => withFileLock(folder.lock, signal, () => work(folder)))
}

/** The environment of a volume; null when there is no such volume. */
export function environmentOf({ path, about }: VolumeFolder): string | null {
  if (!existsSync(path)) return null
  try {
    return About.parse(JSON.parse(readFileSync(about, 'utf8'))).environmentId
  } catch {
    return ''
  }
}

/** The content that takes the place of another one is in that place, whoever died in the middle. Answers where the other one is now. */
export function finishRestore(room: Pick<Room, 'paths'>, { path, restored }: VolumeFolder, name: string): string | null {
  if (!existsSync(restored)) return null
  const trash = existsSync(path) ? trashOf(room, name) : null
  if (trash !== null) renameSync(path, trash)
  renameSync(restored, path)
  return trash
}

export function trashOf({ paths }: Pick<Room, 'paths'>, name: string): string {
  mkdirSync(paths.volumes, { recursive: true, mode: 0o711 })
  return join(resolve(paths.volumes), `${TRASH}${name}-${Date.now()}`)
}

export function gone(name: string): AppError {
  return new AppError('not_found', `There is no volume "${name}" on this machine. Its folder may have been removed by hand.`)
}
