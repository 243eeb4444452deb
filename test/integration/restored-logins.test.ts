import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { newId } from '../../lib/ids'
import type { Running } from '../../lib/provisioning/database/copy/copy'
import { postgresCopy } from '../../lib/provisioning/database/copy/postgres'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import { postgresCredentials } from '../../lib/provisioning/database/postgres-credentials'
import { diskStore } from '../../lib/provisioning/snapshot/disk-store'
import { keep, unpack, type Kept } from '../../lib/provisioning/snapshot/pack'
import { withServer } from '../../lib/provisioning/snapshot/scratch'
import { asVolume } from '../../lib/provisioning/snapshot/to-volume'
import { bundleDatabaseServer } from '../harness/programs'

// PostgreSQL whose password was rotated, with its files put back from before and from after.

const signal = new AbortController().signal
let folder: string
let program: string
let version: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easel-logins-'))
  program = await bundleDatabaseServer()
  version = (await findEngine('postgres', AbortSignal.timeout(20_000))).version!
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const env = (user: string, password: string) => ({ POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: 'app' })
const server = (name: string, login: Record<string, string>) => ({ program, engine: 'postgres' as const, version, volume: join(folder, `${name}-${newId('request')}`), env: login })

async function copied(running: Running): Promise<{ id: string; kept: Kept }> {
  const id = newId('snapshot')
  return { id, kept: await keep(diskStore(join(folder, 'store')), { id, content: await postgresCopy.copy(running, signal) }, signal) }
}

async function restored({ id, kept }: { id: string; kept: Kept }, { name, login }: { name: string; login: Record<string, string> }): Promise<ReturnType<typeof server>> {
  const to = server(name, login)
  const content = await unpack(diskStore(join(folder, 'store')), { id, kept }, signal)
  await asVolume({ content, contentBytes: kept.contentBytes, format: 'postgres-base', engine: 'postgres', version }, { program, env: login, version, folder: join(folder, 'fresh'), isOfProcesses: true }, signal, (tar) => unpackInto(to.volume, tar))
  return to
}

async function unpackInto(volume: string, tar: Readable): Promise<void> {
  mkdirSync(volume, { recursive: true })
  await pipeline(tar, createWriteStream(`${volume}.tar`))
  execFileSync('tar', ['-xpf', `${volume}.tar`, '-C', volume])
  rmSync(`${volume}.tar`)
}

async function as<T>({ port }: Running, [user, password]: readonly [string, string], work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres({ host: '127.0.0.1', port, user, password, database: 'app', max: 1, connect_timeout: 10, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const who = (sql: postgres.Sql) => sql<{ is: string }[]>`select current_user as is`.then(([row]) => row!.is)
const door = ({ port }: Running, user: string, password: string) => ({ host: '127.0.0.1', port, database: 'app', login: { user, password }, inside: () => Promise.reject(new Error('Nothing is run inside.')) })

test('files from before a rotation, or after it, let in whoever the variables name, and nobody else of the two', { timeout: 180_000 }, async () => {
  const first = ["app", "first-pass'word"] as const
  const second = ['app_b', "second-pass'word"] as const
  const third = ['app', "third-pass'word"] as const
  const { before, after } = await withServer(server('first', env(...first)), signal, async (running) => {
    await as(running, first, async (sql) => {
      await sql`create table kept as select 1 as n`
      await sql.unsafe(`alter role app set search_path = "$user", 'my schema', public`)
    })
    const made = await copied(running)
    expect(await postgresCredentials.nextUser(door(running, ...first), signal)).toBe('app_b')
    await postgresCredentials.admit(door(running, ...first), { user: second[0], password: second[1] }, signal)
    await postgresCredentials.revoke(door(running, ...second), { user: first[0], password: first[1] }, { writtenMs: 0, mark: null }, signal)
    return { before: made, after: await copied({ ...running, env: env(...second) }) }
  })

  await withServer(await restored(before, { name: 'before', login: env(...second) }), signal, async (running) => {
    expect(await as(running, second, who)).toBe('app')
    expect(await as(running, second, (sql) => sql`select n from kept`)).toEqual([{ n: 1 }])
    expect(await as(running, second, async (sql) => (await sql<{ search_path: string }[]>`show search_path`)[0]!.search_path)).toBe(`"$user", "my schema", public`)
    await expect(as(running, first, who)).rejects.toThrow('password authentication failed')
    // And the next rotation finds what it expects.
    expect(await postgresCredentials.nextUser(door(running, ...second), signal)).toBe('app')
    await postgresCredentials.admit(door(running, ...second), { user: third[0], password: third[1] }, signal)
    await postgresCredentials.revoke(door(running, ...third), { user: second[0], password: second[1] }, { writtenMs: 0, mark: null }, signal)
    expect(await as(running, third, who)).toBe('app')
    await expect(as(running, second, who)).rejects.toThrow('password authentication failed')
  })

  await withServer(await restored(after, { name: 'after', login: env(...third) }), signal, async (running) => {
    expect(await as(running, third, who)).toBe('app')
    await expect(as(running, second, who)).rejects.toThrow('password authentication failed')
    await expect(as(running, first, who)).rejects.toThrow('password authentication failed')
  })
})
