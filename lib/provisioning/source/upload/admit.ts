import { tooLarge, type UploadLimits } from '../../../domain/archive/limits'
import { leadsOut } from '../../../domain/archive/link'
import { refused, shown, type ArchiveEntry } from './read-archive'

// Which entries of an archive may be there. Pure: the same rules hold when it arrives and each time it is unpacked.

const LONGEST_NAME_BYTES = 255
const LONGEST_PATH_BYTES = 2000
const DEEPEST = 64
/** What is fetched or made again: never part of a source. */
const LEFT_OUT = new Set(['node_modules', '.git'])

/** `path`: below the folder it is unpacked into, with `/`. `isLeftOut`: it is passed over. */
export type Admitted = { path: string; isLeftOut: boolean }

export type Gate = {
  /** Where an entry goes; null for the folder itself. Throws `invalid_input` for one that may not be there. */
  admit(entry: Pick<ArchiveEntry, 'path' | 'kind' | 'target' | 'sizeBytes'>): Admitted | null
  /** What came through. */
  found(): { files: number; unpackedBytes: number }
}

/** Judges the entries of one archive, in their order. */
export function gate(limits: UploadLimits): Gate {
  const kinds = new Map<string, ArchiveEntry['kind']>()
  let files = 0
  let folders = 0
  let unpackedBytes = 0

  const demandRoom = () => {
    const problem = tooLarge({ files: Math.max(files, folders), unpackedBytes }, limits)
    if (problem !== null) throw refused(problem)
  }
  const enter = (folder: string) => {
    const kind = kinds.get(folder)
    if (kind !== undefined && kind !== 'folder') throw refused(`${shown(folder)} is a ${kind} and a folder at once.`)
    if (kind === undefined) folders++
    kinds.set(folder, 'folder')
  }
  return {
    admit({ path: raw, kind, target, sizeBytes }) {
      const parts = partsOf(raw)
      if (parts.length === 0) return kind === 'folder' ? null : nameless()
      const path = parts.join('/')
      for (let depth = 1; depth < parts.length; depth++) enter(parts.slice(0, depth).join('/'))
      if (kind === 'folder') enter(path)
      else {
        if (kinds.has(path)) throw refused(`${shown(path)} is in it twice.`)
        kinds.set(path, kind)
        files++
      }
      unpackedBytes += sizeBytes
      demandRoom()
      if (kind === 'link' && leadsOut(parts, target ?? '')) throw refused(`The link ${shown(path)} leads out of it, to ${shown(target ?? '')}.`)
      return { path, isLeftOut: parts.some((part) => LEFT_OUT.has(part)) }
    },
    found: () => ({ files, unpackedBytes }),
  }
}

function partsOf(raw: string): string[] {
  if (raw.includes('\0')) throw refused('It holds a name with a zero byte.')
  if (raw.startsWith('/')) throw refused(`It holds an absolute path: ${shown(raw)}.`)
  const parts = raw.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) throw refused(`It holds a path that leads out of it: ${shown(raw)}.`)
  if (Buffer.byteLength(raw) > LONGEST_PATH_BYTES || parts.length > DEEPEST || parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME_BYTES)) throw refused(`It holds a path that is too long: ${shown(raw)}.`)
  return parts
}

function nameless(): never {
  throw refused('It holds a file without a name.')
}
