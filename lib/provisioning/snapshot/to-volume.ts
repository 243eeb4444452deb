import { Readable } from 'node:stream'

import type { SnapshotFormat } from '../../domain/snapshot'
import type { EngineName } from '../../domain/engine/engines'
import { AppError } from '../../errors'
import { CONTAINER_COPIES } from '../database/copy/containers'
import { COPIES } from '../database/copy/copies'
import { inData } from '../database/copy/copy'
import { markOf, RESTORED } from '../database/folder'
import { RECIPES } from '../database/recipes'
import { saveContent } from '../runtime/process/volume-content'
import { removeFolder, withServer, type Scratch } from './scratch'
import { headerOf } from './tar/entry'

/** The content of a snapshot with what is known of it. `engine` null: of a volume that no database used. */
export type Unpacked = { content: Readable; contentBytes: number; format: SnapshotFormat; engine: EngineName | null; version: string | null }

/** What a fresh server needs where statements have to be read in: its variables, and a folder that is removed afterwards. */
export type Fresh = Pick<Scratch, 'program' | 'env' | 'version'> & { folder: string; /** Whether the volume is of a target that runs processes, whose servers know our notes. */ isOfProcesses: boolean }

/** Hands over a snapshot of something on this machine as the content of a volume, made by `Volumes.save` or as good as that. */
export async function asVolume<T>(unpacked: Unpacked, fresh: Fresh, signal: AbortSignal, work: (tar: Readable) => Promise<T>): Promise<T> {
  const { format, engine, version, content, contentBytes } = unpacked
  const inside = engine && CONTAINER_COPIES[engine]
  if (!fresh.isOfProcesses && engine !== null) {
    if (format !== 'files' && inside?.format !== format) throw new AppError('invalid_input', 'This snapshot was made where databases run as processes, and can be restored only there.')
    const tar = format === 'files' ? content : inside!.toVolume(content, contentBytes)
    return work(RECIPES[engine].image.knowsRestored ? noted(tar, RESTORED) : tar)
  }
  if (format === 'files') return work(engine === null ? content : noted(content, inData(RESTORED)))
  const copy = engine && COPIES[engine]
  if (!copy || copy.format !== format || version === null) throw new AppError('invalid_input', 'This snapshot was made where databases run in containers, and can be restored only there.')
  if (copy.restore.by === 'files') return work(copy.restore.toVolume({ content, contentBytes, mark: markOf({ engine, version }) }))
  const { load } = copy.restore
  try {
    await removeFolder(fresh.folder)
    await withServer({ ...fresh, engine, volume: fresh.folder }, signal, (running) => load(running, content, signal))
    return await work(saveContent(fresh.folder, signal))
  } finally {
    content.destroy()
    await removeFolder(fresh.folder)
  }
}

/** The files of a database, with the note for its server that they are from another time; see folder.ts and start-scripts.ts. */
function noted(content: Readable, name: string): Readable {
  return Readable.from(noteFirst(content, name), { objectMode: false })
}

async function* noteFirst(content: Readable, name: string): AsyncGenerator<Buffer> {
  yield headerOf({ name, kind: 'file', mode: 0o600, sizeBytes: 0, modifiedAt: new Date() })
  yield* content as AsyncIterable<Buffer>
}
