import { Readable } from 'node:stream'

import type { SnapshotFormat } from '../../domain/snapshot'
import type { EngineName } from '../../domain/engine/engines'
import { AppError } from '../../errors'
import { CONTAINER_COPIES } from '../database/copy/containers'
import { COPIES } from '../database/copy/copies'
import { inData } from '../database/copy/copy'
import { markOf, RESTORED } from '../database/folder'
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
  if (format === 'files') return work(engine === null || !fresh.isOfProcesses ? content : Readable.from(noted(content), { objectMode: false }))
  const inside = engine && CONTAINER_COPIES[engine]
  if (!fresh.isOfProcesses && inside?.format === format) return work(inside.toVolume(content, contentBytes))
  const copy = engine && COPIES[engine]
  if (!copy || !fresh.isOfProcesses || copy.format !== format || version === null) throw new AppError('invalid_input', 'This snapshot was made where databases run as processes, and can be restored only there.')
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

/** The files of a database that was stopped, with the note for its server that they are from another time; see folder.ts. */
async function* noted(content: Readable): AsyncGenerator<Buffer> {
  yield headerOf({ name: inData(RESTORED), kind: 'file', mode: 0o600, sizeBytes: 0, modifiedAt: new Date() })
  yield* content as AsyncIterable<Buffer>
}
