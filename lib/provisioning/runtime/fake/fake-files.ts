import { Readable } from 'node:stream'

import { AppError } from '../../../errors'
import type { VolumeEntry, VolumeFiles } from '../driver'
import { absent, cutOff, demandPath, inOrder, inTheWay, notA } from '../volume-path'

/** Files by their path; null for a folder. */
type Files = Map<string, Buffer | null>

/** The files of volumes in memory. There are no links. */
export function fakeFiles(of: (name: string, signal: AbortSignal) => Promise<Files>): VolumeFiles {
  const open = async (name: string, path: readonly string[], signal: AbortSignal) => {
    demandPath(path)
    const files = await of(name, signal)
    demandFolders(files, path.slice(0, -1))
    return { files, key: path.join('/') }
  }
  return {
    async list(name, path, signal) {
      const { files, key } = await open(name, path, signal)
      demandFolders(files, path)
      const below = key === '' ? '' : `${key}/`
      const entries = [...files].filter(([each]) => each.startsWith(below) && !each.slice(below.length).includes('/')).map(([each, bytes]): VolumeEntry => ({ name: each.slice(below.length), kind: bytes === null ? 'folder' : 'file', sizeBytes: bytes?.length ?? null, modifiedAt: new Date(0) }))
      return { entries: inOrder(entries), more: 0 }
    },
    async read(name, path, signal) {
      const { files, key } = await open(name, path, signal)
      const bytes = files.get(key)
      if (bytes === undefined) throw absent(path)
      if (bytes === null) throw notA('file', path)
      return { sizeBytes: bytes.length, content: Readable.from(bytes.length === 0 ? [] : [bytes]) }
    },
    async write(name, path, { sizeBytes, content }, signal) {
      const { files, key } = await open(name, path, signal)
      if (files.get(key) === null) throw inTheWay(path)
      const bytes = Buffer.concat((await content.toArray({ signal })) as Buffer[])
      if (bytes.length !== sizeBytes) throw cutOff()
      files.set(key, bytes)
    },
    async remove(name, path, signal) {
      const { files, key } = await open(name, path, signal)
      if (path.length === 0) throw new AppError('invalid_input', 'The root of a volume is neither a file nor removed by itself.')
      if (!files.has(key)) throw absent(path)
      for (const each of files.keys()) if (each === key || each.startsWith(`${key}/`)) files.delete(each)
    },
    async makeFolder(name, path, signal) {
      const { files, key } = await open(name, path, signal)
      if (files.has(key)) throw inTheWay(path)
      files.set(key, null)
    },
  }
}

function demandFolders(files: Files, path: readonly string[]): void {
  path.forEach((_, index) => {
    const way = path.slice(0, index + 1)
    const found = files.get(way.join('/'))
    if (found === undefined) throw absent(way)
    if (found !== null) throw notA('folder', way)
  })
}
