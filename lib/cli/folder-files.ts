import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

import { IGNORE_FILE, isIgnored, readIgnore, type IgnoreRules } from '../domain/archive/ignore'
import { tooLarge, type UploadLimits } from '../domain/archive/limits'
import { leadsOut } from '../domain/archive/link'
import type { TarFile } from '../domain/archive/tar'
import { CallError } from './client'
import { tell } from './print'

/** What of a folder is sent, in a stable order. Throws when it is more than may be uploaded. */
export async function listFolder(root: string, limits: UploadLimits): Promise<TarFile[]> {
  const files: TarFile[] = []
  let unpackedBytes = 0
  const pending: { folder: string; rules: readonly IgnoreRules[] }[] = [{ folder: '', rules: [] }]
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const entries = await readdir(join(root, next.folder), { withFileTypes: true }).catch(unreadable(next.folder || root))
    const own = entries.some((entry) => entry.name === IGNORE_FILE && entry.isFile()) ? [readIgnore(next.folder, await readFile(join(root, next.folder, IGNORE_FILE), 'utf8'))] : []
    const rules = [...next.rules, ...own]
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = next.folder === '' ? entry.name : `${next.folder}/${entry.name}`
      if (isIgnored(path, entry.isDirectory(), rules)) continue
      if (entry.isDirectory()) pending.push({ folder: path, rules })
      else files.push(...(await fileAt(root, path)))
      unpackedBytes += files.at(-1)?.path === path ? files.at(-1)!.sizeBytes : 0
      const problem = tooLarge({ files: files.length, unpackedBytes }, limits)
      if (problem !== null) throw new CallError(problem, 413)
    }
  }
  if (files.length === 0) throw new CallError(`There is nothing to upload in ${root}: it is empty, or its .gitignore leaves everything out.`, 400)
  return files
}

/** Sockets and the like are no part of a source. */
async function fileAt(root: string, path: string): Promise<TarFile[]> {
  const found = await lstat(join(root, path)).catch(unreadable(path))
  if (found.isFile()) return [{ path, sizeBytes: found.size, isProgram: (found.mode & 0o111) !== 0 }]
  if (!found.isSymbolicLink()) return []
  const link = await readlink(join(root, path))
  if (!leadsOut(path.split('/'), link)) return [{ path, sizeBytes: 0, link }]
  tell(`Left out the link ${path}: it leads out of the folder.`)
  return []
}

/** Says what could not be read, instead of leaving it out without a word. */
export function unreadable(path: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    throw new CallError(`${path} could not be read (${cause.code ?? cause.message}). Leave it out with a .gitignore, or make it readable.`, 400)
  }
}
