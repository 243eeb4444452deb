import { open, opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { AppError } from '../../../errors'
import type { TarEntry } from '../../snapshot/tar/entry'

// Files of a PostgreSQL server that is at work: they grow, shrink and go while they are read, and its log makes up for that.

const READ_BYTES = 1024 * 1024

/** Only the folders: what is in them is of no use to another server, or comes with the log. */
const EMPTY = new Set(['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'])
/** Of this server only, ours, or copied when everything else is. */
const LEFT_OUT = /(^|\/)(postmaster\.(pid|opts)|current_logfiles|backup_label(\.old)?|tablespace_map(\.old)?|backup_manifest|postgresql\.auto\.conf\.tmp|easel\.json|easel-restored|pg_internal\.init.*|pgsql_tmp.*)$|^global\/pg_control$/

/** Everything but its log. */
export async function* baseFiles(data: string, signal: AbortSignal): AsyncGenerator<TarEntry> {
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted()
    const entries = await opendir(join(data, folder)).catch(absent)
    if (entries === null) continue
    for await (const found of entries) {
      const name = folder === '' ? found.name : `${folder}/${found.name}`
      if (LEFT_OUT.test(name)) continue
      if (found.isSymbolicLink()) throw new AppError('not_now', `This database keeps ${name} outside of its volume, which a snapshot does not hold. Move it back first.`)
      if (found.isDirectory()) {
        yield { name, kind: 'folder', mode: 0o700, sizeBytes: 0, modifiedAt: new Date() }
        if (!EMPTY.has(name)) folders.push(name)
      } else if (found.isFile()) {
        const entry = await entryOf(data, name).catch(absent)
        if (entry) yield entry
      }
    }
  }
  yield { name: 'pg_wal/archive_status', kind: 'folder', mode: 0o700, sizeBytes: 0, modifiedAt: new Date() }
}

const SEGMENT = /^[0-9A-F]{24}$/

/** The files of the log from the first to the last one. */
export async function* logFiles(data: string, { first, last }: { first: string; last: string }): AsyncGenerator<TarEntry> {
  const names: string[] = []
  for await (const { name } of await opendir(join(data, 'pg_wal'))) if ((SEGMENT.test(name) && name >= first && name <= last) || name.endsWith('.history')) names.push(name)
  for (const wanted of [first, last]) if (!names.includes(wanted)) throw new AppError('unavailable', 'The database has removed a part of its log before it could be copied. Try again.')
  for (const name of names.sort()) yield entryOf(data, `pg_wal/${name}`)
}

/** A file as it is now, as far as it goes now. */
export async function entryOf(data: string, name: string): Promise<TarEntry> {
  const path = join(data, name)
  const { size, mtime } = await stat(path)
  return { name, kind: 'file', mode: 0o600, sizeBytes: size, modifiedAt: mtime, content: bytesOf(path, size) }
}

/** One that goes before it is read is as good as empty: the log says that it went. */
async function* bytesOf(path: string, size: number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r').catch(absent)
  if (file === null) return
  try {
    for (let left = size; left > 0; ) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(READ_BYTES, left)))
      if (bytesRead === 0) return
      left -= bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
