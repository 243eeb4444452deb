import { AppError } from '../../errors'
import type { VolumeEntry } from './driver'

// What every runtime says about the files of a volume, and in which order it shows them.

/** So many entries of a folder are shown. */
export const MOST_ENTRIES = 1_000

/** Refuses a path that is none, whoever made it. */
export function demandPath(path: readonly string[]): void {
  for (const part of path) if (part === '' || part === '.' || part === '..' || /[/\0]/.test(part) || Buffer.byteLength(part) > 255) throw new AppError('invalid_input', `"${part}" cannot be the name of a file.`)
}

export function absent(path: readonly string[]): AppError {
  return new AppError('not_found', `There is nothing at ${shown(path)} in this volume. It may have been moved or deleted.`)
}

export function notA(kind: 'file' | 'folder', path: readonly string[]): AppError {
  return new AppError('invalid_input', kind === 'folder' ? `${shown(path)} is not a folder. Links are not followed.` : `${shown(path)} is not a file. Links are not followed, and of folders only what is in them can be fetched.`)
}

export function inTheWay(path: readonly string[]): AppError {
  return new AppError('conflict', `There is something at ${shown(path)} already. Choose another name, or delete that first.`)
}

export function cutOff(): AppError {
  return new AppError('invalid_input', 'The file did not arrive whole, so it was not kept. Send it again.')
}

export function shown(path: readonly string[]): string {
  return `/${path.join('/')}`
}

/** Folders first, then by name. */
export function inOrder(entries: readonly VolumeEntry[]): VolumeEntry[] {
  return [...entries].sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || (a.name < b.name ? -1 : 1))
}
