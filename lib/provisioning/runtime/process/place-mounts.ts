import { createHash } from 'node:crypto'
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

import { AppError } from '../../../errors'
import type { Mount } from '../driver'
import { writeAtomically } from '../record/write-atomically'
import type { Room } from './room'
import { volumeFolder, type VolumeFolder } from './volume-folder'

// A mount path among a program's own files: a link to the volume takes the place of what its build has there, which is kept
// aside and copied into an empty volume first. A build is used by several deployments, which may have other volumes or none:
// whoever starts the next one puts back what is not wanted any more. Each step can be cut short and done again.

/** In the folder of the program: a folder for each place that was taken, with its path and what was there. */
const ASIDE = '.easel-mounts'

/** Links every mount that has a place. */
export function placeMounts(room: Room, root: string, mounts: readonly Mount[]): void {
  for (const { volume, place } of mounts) {
    if (!place) continue
    const folder = volumeFolder(room, volume)
    const parts = relative(root, place).split(sep)
    demandInside(root, parts)
    const aside = asideOf(root, parts)
    mkdirSync(aside, { recursive: true })
    writeAtomically(join(aside, 'path'), parts.join(sep))
    const link = linkAt(place)
    if (link === folder.path) continue
    // Of another volume that was here before.
    if (link !== null && dirname(link) === dirname(folder.path)) unlinkSync(place)
    else if (isThere(place)) renameSync(place, join(aside, 'content'))
    seed(folder, join(aside, 'content'))
    mkdirSync(dirname(place), { recursive: true })
    symlinkSync(folder.path, place)
  }
}

/** Puts back what the build has at every place that is not wanted any more. */
export function returnPlaces(root: string, mounts: readonly Mount[]): void {
  const taken = join(root, ASIDE)
  if (!existsSync(taken)) return
  for (const entry of readdirSync(taken)) {
    const aside = join(taken, entry)
    const parts = partsOf(aside)
    if (parts === null || asideOf(root, parts) !== aside || mounts.some(({ place }) => place === join(root, ...parts))) continue
    demandInside(root, parts)
    const place = join(root, ...parts)
    if (linkAt(place) !== null) unlinkSync(place)
    if (existsSync(join(aside, 'content')) && !isThere(place)) renameSync(join(aside, 'content'), place)
    rmSync(aside, { recursive: true })
  }
}

/** A build may hold links that lead anywhere: nothing is made behind one. */
function demandInside(root: string, parts: readonly string[]): void {
  let folder = root
  for (const part of parts.slice(0, -1)) {
    folder = join(folder, part)
    const seen = lstatSync(folder, { throwIfNoEntry: false })
    if (!seen) return
    if (!seen.isDirectory()) throw new AppError('invalid_input', `The volume cannot appear at /app/${parts.join('/')}: the build has no folder at /app/${relative(root, folder)}. Choose another mount path.`)
  }
}

/** What the build has there is the first content of a volume that has none, all of it or nothing. */
function seed({ path, incoming }: VolumeFolder, from: string): void {
  if (!lstatSync(from, { throwIfNoEntry: false })?.isDirectory() || readdirSync(path).length > 0) return
  rmSync(incoming, { recursive: true, force: true })
  cpSync(from, incoming, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  rmdirSync(path)
  renameSync(incoming, path)
}

function asideOf(root: string, parts: readonly string[]): string {
  return join(root, ASIDE, createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 16))
}

function partsOf(aside: string): string[] | null {
  try {
    const parts = readFileSync(join(aside, 'path'), 'utf8').split(sep)
    return parts.some((part) => ['', '.', '..'].includes(part)) ? null : parts
  } catch {
    return null
  }
}

function linkAt(path: string): string | null {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : null
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
