import { appendFile, chown, lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

import type { SnapshotNode } from '../../db/queries/snapshots'
import type { EngineName } from '../../domain/engine/engines'
import type { MaskRule } from '../../domain/mask'
import { AppError } from '../../errors'
import { COPIES } from '../database/copy/copies'
import { RESTORED } from '../database/folder'
import { maskMariadb } from '../database/mask/mariadb'
import { maskKey, type Mask } from '../database/mask/mask'
import { maskPostgres, MASKING_SETTINGS } from '../database/mask/postgres'
import type { Engine } from '../engine'
import { saveContent } from '../runtime/process/volume-content'
import { removeFolder, withServer } from './scratch'
import { asVolume, type Fresh } from './to-volume'
import { unpackInto } from './unpack-into'

// A copy whose columns are masked is never in its volume as it was: it is unpacked beside, a server that nobody knows of masks it,
// and only what is left then takes the place of the volume. Where that fails, nothing is in the volume.

type Masked = {
  /** As the content of a volume. */
  tar: Readable
  rules: readonly MaskRule[]
  environmentId: string
  database: SnapshotNode['database']
  fresh: Fresh
  /** Folder that is removed afterwards. */
  scratch: string
  put(tar: Readable): Promise<void>
}

/** What is left when a server has masked its data: its files, or statements for another server, because its files keep former values. */
const MASKS: Partial<Record<EngineName, { mask: Mask; leaves: 'files' | 'statements'; settings: { file: string; text: string } | null }>> = {
  postgres: { mask: maskPostgres, leaves: 'files', settings: MASKING_SETTINGS },
  mariadb: { mask: maskMariadb, leaves: 'statements', settings: null },
}

/** Puts a copy in its place with its columns masked, or nothing at all. */
export async function putMasked({ seal }: Pick<Engine, 'seal'>, { tar, rules, environmentId, database, fresh, scratch, put }: Masked, signal: AbortSignal): Promise<void> {
  const how = database && MASKS[database.engine]
  if (!how || !fresh.isOfProcesses) throw new AppError('not_now', 'Its columns cannot be masked here, so it is not copied. Let it begin empty.')
  const { engine } = database
  const volume = join(scratch, 'masked')
  await removeFolder(volume)
  await mkdir(volume, { recursive: true, mode: 0o700 })
  await unpackInto(volume, tar, signal)
  const masking = { rules, key: maskKey(seal.digest(environmentId, 'mask')) }
  const server = { program: fresh.program, engine, version: fresh.version, volume, env: fresh.env }
  if (how.leaves === 'statements') {
    return withServer(server, signal, async (running) => {
      await how.mask(running, masking, signal)
      const copy = COPIES[engine]!
      await asVolume({ content: await copy.copy(running, signal), contentBytes: 0, format: copy.format, engine, version: fresh.version }, { ...fresh, folder: join(scratch, 'clean') }, signal, put)
    })
  }
  await withSettings(join(volume, 'data'), how.settings, () => withServer(server, signal, (running) => how.mask(running, masking, signal)))
  await noteRestored(join(volume, 'data'))
  await put(saveContent(volume, signal))
}

/** Settings of a server for this one start. */
async function withSettings(data: string, settings: { file: string; text: string } | null, work: () => Promise<void>): Promise<void> {
  if (settings === null) return work()
  const path = join(data, settings.file)
  const former = await readFile(path)
  await appendFile(path, settings.text)
  await work()
  await writeFile(path, former)
}

/** For the server that starts on it: its roles may be those of another time. The one that masked it has taken the note away. */
async function noteRestored(data: string): Promise<void> {
  const { uid, gid } = await lstat(data)
  const path = join(data, RESTORED)
  await writeFile(path, '', { mode: 0o600 })
  if (process.getuid?.() === 0) await chown(path, uid, gid)
}
