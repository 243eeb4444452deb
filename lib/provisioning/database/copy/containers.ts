import { Readable } from 'node:stream'

import type { EngineName } from '../../../domain/engine/engines'
import type { SnapshotFormat } from '../../../domain/snapshot'
import type { TarEntry } from '../../snapshot/tar/entry'
import { readTar } from '../../snapshot/tar/read'
import { writeTar } from '../../snapshot/tar/write'
import { COPY } from '../start-scripts'

// How an engine is copied while it runs in a container of its official image: by the image's own program, run inside. The bytes
// are those of `copies.ts`; where they belong in the volume is another place. Its passwords are in PostgreSQL's files.

export type ContainerCopy = {
  format: SnapshotFormat
  /** What prints the copy. */
  argv: readonly string[]
  /** The copy in what is printed; absent: all of it. */
  pick?(printed: Readable): Readable
  /** The copy as the content of its volume. The image gives the files to its user when it starts. */
  toVolume(content: Readable, contentBytes: number): Readable
}

/** The folder that PGDATA names in the volume; see ../postgres.ts. */
const PGDATA = 'easel'

const postgres: ContainerCopy = {
  format: 'postgres-base',
  // By its socket, where the image asks for no password.
  argv: ['sh', '-c', 'exec pg_basebackup -U "${POSTGRES_USER:-postgres}" -D - -F tar -X fetch -c fast --no-manifest'],
  toVolume: (content) => writeTar(below(PGDATA, readTar(content))),
}

/** The program of the image copies its files while they are written to, and their log; the copy is unpacked where its server starts. */
const mariadb: ContainerCopy = {
  format: 'mariadb-backup',
  argv: ['sh', '-c', 'MYSQL_PWD="$MARIADB_ROOT_PASSWORD" exec mariadb-backup --backup --stream=mbstream --target-dir=/tmp --user=root'],
  toVolume: (content, contentBytes) => writeTar(oneFile(COPY, content, contentBytes)),
}

function redis(cli: string, passwordKey: string): ContainerCopy {
  return {
    format: 'rdb',
    argv: ['sh', '-c', `REDISCLI_AUTH="$${passwordKey}" exec ${cli} --rdb -`],
    pick: (printed) => Readable.from(withoutMark(printed), { objectMode: false, highWaterMark: 1024 * 1024 }),
    // Its log may begin with such a file; see redis.ts.
    toVolume: (content, contentBytes) => writeTar(oneFile('appendonly.aof', content, contentBytes)),
  }
}

const MARK_BYTES = 40

/** To a file it writes the copy alone; printed, the mark by which the server tells its end is left behind it. */
async function* withoutMark(printed: Readable): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of printed as AsyncIterable<Buffer>) {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    const end = Math.max(0, all.length - MARK_BYTES)
    held = all.subarray(end)
    if (end > 0) yield all.subarray(0, end)
  }
  if (!/^[0-9a-f]{40}$/.test(held.toString('latin1'))) yield held
}

async function* below(folder: string, entries: AsyncIterable<TarEntry>): AsyncGenerator<TarEntry> {
  yield { name: folder, kind: 'folder', mode: 0o700, sizeBytes: 0, modifiedAt: new Date() }
  for await (const entry of entries) if (entry.name !== '' && entry.name !== '.') yield { ...entry, name: `${folder}/${entry.name}` }
}

async function* oneFile(name: string, content: Readable, sizeBytes: number): AsyncGenerator<TarEntry> {
  yield { name, kind: 'file', mode: 0o600, sizeBytes, modifiedAt: new Date(), content }
}

export const CONTAINER_COPIES: Partial<Record<EngineName, ContainerCopy>> = { postgres, mariadb, redis: redis('redis-cli', 'REDIS_PASSWORD'), valkey: redis('valkey-cli', 'VALKEY_PASSWORD') }
