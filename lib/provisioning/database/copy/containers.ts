import { Readable } from 'node:stream'

import type { EngineName } from '../../../domain/engine/engines'
import type { SnapshotFormat } from '../../../domain/snapshot'
import { AppError } from '../../../errors'
import type { TarEntry } from '../../snapshot/tar/entry'
import { readTar } from '../../snapshot/tar/read'
import { writeTar } from '../../snapshot/tar/write'
import { COPY } from '../start-scripts'
import { foundWords, keysFound } from './copy'

// How an engine is copied while it runs in a container of its official image: by the image's own program, run inside. The bytes
// are those of `copies.ts`; where they belong in the volume is another place. Its passwords are in PostgreSQL's files.

export type ContainerCopy = {
  format: SnapshotFormat
  /** What prints the copy. */
  argv: readonly string[]
  /** The copy in what is printed; absent: all of it. */
  pick?(printed: Readable): Readable
  /** What finds the server of the image well that was started on a copy, where nobody but programs beside it can reach it. */
  probe: readonly string[]
  /** What reads everything in it, and prints how much that was. */
  prove: readonly string[]
  /** What was printed as a sentence. */
  found(printed: string): string
  /** The copy as the content of its volume. The image gives the files to its user when it starts. */
  toVolume(content: Readable, contentBytes: number): Readable
}

/** The folder that PGDATA names in the volume; see ../postgres.ts. */
const PGDATA = 'easel'

const PSQL = 'psql -U "${POSTGRES_USER:-postgres}" -d "${POSTGRES_DB:-${POSTGRES_USER:-postgres}}" -v ON_ERROR_STOP=1 -qtAX'
/** As statements that are run one by one. */
const POSTGRES_TABLES = "select format('select count(t.*) from %I.%I t', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema') \\gexec"

const postgres: ContainerCopy = {
  probe: ['sh', '-c', `exec ${PSQL} -c 'select 1'`],
  prove: ['sh', '-c', `printf '%s\\n' "$0" | ${PSQL}`, POSTGRES_TABLES],
  found: tablesFound,
  format: 'postgres-base',
  // By its socket, where the image asks for no password.
  argv: ['sh', '-c', 'exec pg_basebackup -U "${POSTGRES_USER:-postgres}" -D - -F tar -X fetch -c fast --no-manifest'],
  toVolume: (content) => writeTar(below(PGDATA, readTar(content))),
}

const MARIADB = 'MYSQL_PWD="$MARIADB_ROOT_PASSWORD" mariadb --protocol=socket --user=root --batch --raw --skip-column-names'
const MARIADB_TABLES = "select concat('select count(*) from `', replace(table_schema, '`', '``'), '`.`', replace(table_name, '`', '``'), '`;') from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('mysql', 'sys', 'information_schema', 'performance_schema')"

/** The program of the image copies its files while they are written to, and their log; the copy is unpacked where its server starts. */
const mariadb: ContainerCopy = {
  probe: ['sh', '-c', `${MARIADB} --execute='select 1'`],
  prove: ['sh', '-c', `statements="$(${MARIADB} --execute="$0")" && printf '%s\\n' "$statements" | ${MARIADB}`, MARIADB_TABLES],
  found: tablesFound,
  format: 'mariadb-backup',
  argv: ['sh', '-c', 'MYSQL_PWD="$MARIADB_ROOT_PASSWORD" exec mariadb-backup --backup --stream=mbstream --target-dir=/tmp --user=root'],
  toVolume: (content, contentBytes) => writeTar(oneFile(COPY, content, contentBytes)),
}

const MYSQL = 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mysql --protocol=socket --user=root --batch --raw --skip-column-names'
/** Of one moment, by the server itself: files as those of a server that was stopped. Its folder is made by the server, where a server that runs can write. */
const MYSQL_CLONE = [
  'set -e',
  'at="/tmp/easel-clone-$$"',
  `trap 'rm -rf "$at"' EXIT`,
  `${MYSQL} --execute="select 1 from information_schema.plugins where plugin_name = 'clone' and plugin_status = 'ACTIVE'" | grep -qx 1 || ${MYSQL} --execute="install plugin clone soname 'mysql_clone.so'"`,
  `${MYSQL} --execute="clone local data directory = '$at'"`,
  'tar -C "$at" -cf - .',
].join('\n')

const mysql: ContainerCopy = {
  probe: ['sh', '-c', `${MYSQL} --execute='select 1'`],
  prove: ['sh', '-c', `statements="$(${MYSQL} --execute="$0")" && printf '%s\\n' "$statements" | ${MYSQL}`, MARIADB_TABLES],
  found: tablesFound,
  format: 'files',
  argv: ['sh', '-c', MYSQL_CLONE],
  toVolume: (content) => content,
}

function redis(cli: string, passwordKey: string): ContainerCopy {
  return {
    probe: ['sh', '-c', `REDISCLI_AUTH="$${passwordKey}" ${cli} -h 127.0.0.1 ping | grep -qx PONG`],
    prove: ['sh', '-c', `REDISCLI_AUTH="$${passwordKey}" exec ${cli} -h 127.0.0.1 dbsize`],
    found: (printed) => keysFound(countIn(printed.trim())),
    format: 'rdb',
    argv: ['sh', '-c', `REDISCLI_AUTH="$${passwordKey}" exec ${cli} --rdb -`],
    pick: (printed) => Readable.from(withoutMark(printed), { objectMode: false, highWaterMark: 1024 * 1024 }),
    // Its log may begin with such a file; see redis.ts.
    toVolume: (content, contentBytes) => writeTar(oneFile('appendonly.aof', content, contentBytes)),
  }
}

/** A count in each line. */
function tablesFound(printed: string): string {
  const counts = printed.split('\n').filter((line) => line !== '').map(countIn)
  return foundWords(counts.length, counts.reduce((sum, count) => sum + count, 0))
}

function countIn(line: string): number {
  if (!/^\d+$/.test(line)) throw new AppError('unavailable', `What the database said of itself is not understood: ${line.slice(0, 200)}`)
  return Number(line)
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

export const CONTAINER_COPIES: Partial<Record<EngineName, ContainerCopy>> = { postgres, mariadb, mysql, redis: redis('redis-cli', 'REDIS_PASSWORD'), valkey: redis('valkey-cli', 'VALKEY_PASSWORD') }
