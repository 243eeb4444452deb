import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'

import postgresClient from 'postgres'

import { AppError } from '../../../errors'
import type { TarEntry } from '../../snapshot/tar/entry'
import { readTar } from '../../snapshot/tar/read'
import { writeTar } from '../../snapshot/tar/write'
import { MARK, RESTORED } from '../folder'
import { foundWords, inData, type Copied, type EngineCopy, type Running } from './copy'
import { baseFiles, entryOf, logFiles } from './postgres-files'

// PostgreSQL is copied by its files while it writes to them, and the log of just that time is put with them; a server that
// starts on the copy replays the log and is at the moment the copy ended. The programs that do this are not among those
// that Easel brings, so it is done with the functions they are made of: "Making a Base Backup Using the Low Level API" of
// PostgreSQL's manual.

type Ended = { lsn: string; labelfile: string; spcmapfile: string }

export const postgresCopy: EngineCopy = {
  format: 'postgres-base',
  copy: async (running, signal) => writeTar(momentOf(running, signal)),
  prove,
  restore: { by: 'files', toVolume: (copied) => writeTar(volumeOf(copied)) },
}

function client({ port, env }: Running) {
  return postgresClient({ host: '127.0.0.1', port, user: env.POSTGRES_USER || 'postgres', password: env.POSTGRES_PASSWORD ?? '', database: env.POSTGRES_DB || env.POSTGRES_USER || 'postgres', max: 1, idle_timeout: 0, max_lifetime: null, connect_timeout: 10, onnotice: () => {} })
}

/** Every row of every table, each as a whole. */
async function prove(running: Running, signal: AbortSignal): Promise<string> {
  const sql = client(running)
  const end = () => void sql.end({ timeout: 0 })
  signal.addEventListener('abort', end, { once: true })
  try {
    const tables = await sql<{ schema: string; name: string }[]>`select schemaname as schema, tablename as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`
    let rows = 0
    for (const { schema, name } of tables) rows += (await sql<{ n: number }[]>`select count(t.*)::float8 as n from ${sql(schema)}.${sql(name)} t`)[0]!.n
    return foundWords(tables.length, rows)
  } finally {
    signal.removeEventListener('abort', end)
    await sql.end({ timeout: 0 })
  }
}

async function* momentOf(running: Running, signal: AbortSignal): AsyncGenerator<TarEntry> {
  const { data } = running
  const sql = client(running)
  const end = () => void sql.end({ timeout: 0 })
  signal.addEventListener('abort', end, { once: true })
  try {
    // Both end with this session, whoever ends it. The slot keeps the log until it is copied.
    await sql`select pg_create_physical_replication_slot(${`easel_${randomBytes(8).toString('hex')}`}, true, true)`
    const [started] = await sql<{ file: string }[]>`select pg_walfile_name(pg_backup_start('easel', fast => true)) as file`
    yield* baseFiles(data, signal)
    const [ended] = await sql<Ended[]>`select lsn::text as lsn, labelfile, spcmapfile from pg_backup_stop(wait_for_archive => false)`
    if (ended!.spcmapfile.trim() !== '') throw new AppError('not_now', 'This database has tablespaces outside of its volume, which a snapshot does not hold. Move its tables back to the default tablespace first.')
    const [last] = await sql<{ file: string }[]>`select pg_walfile_name(${ended!.lsn}::pg_lsn) as file`
    // The label first: without it the files would seem to be those of a server that was only killed.
    yield textEntry('backup_label', ended!.labelfile)
    yield* logFiles(data, { first: started!.file, last: last!.file })
    yield await entryOf(data, 'global/pg_control')
  } catch (cause) {
    signal.throwIfAborted()
    throw cause instanceof AppError ? cause : new AppError('unavailable', `The database could not be copied: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  } finally {
    signal.removeEventListener('abort', end)
    await sql.end({ timeout: 0 })
  }
}

/** Its files in the folder of a volume, with a note for the server that its roles are those of another time. */
async function* volumeOf({ content, mark }: Copied): AsyncGenerator<TarEntry> {
  yield { name: inData(''), kind: 'folder', mode: 0o700, sizeBytes: 0, modifiedAt: new Date() }
  for await (const entry of readTar(content)) if (entry.name !== '' && entry.name !== '.') yield { ...entry, name: inData(entry.name) }
  yield textEntry(inData(RESTORED), '')
  yield textEntry(inData(MARK), mark)
}

function textEntry(name: string, text: string): TarEntry {
  const content = Buffer.from(text)
  return { name, kind: 'file', mode: 0o600, sizeBytes: content.length, modifiedAt: new Date(), content: Readable.from([content]) }
}
