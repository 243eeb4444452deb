import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createWriteStream } from 'node:fs'

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ENGINES, type EngineName } from '../../lib/domain/engine/engines'
import { COPIES } from '../../lib/provisioning/database/copy/copies'
import type { Running } from '../../lib/provisioning/database/copy/copy'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import { diskStore } from '../../lib/provisioning/snapshot/disk-store'
import { keep, unpack, verify, type Kept } from '../../lib/provisioning/snapshot/pack'
import { withServer } from '../../lib/provisioning/snapshot/scratch'
import { asVolume } from '../../lib/provisioning/snapshot/to-volume'
import { newId } from '../../lib/ids'
import { LEDGERS, mariadb, mariadbAsRoot, TOTAL, variablesOf } from '../harness/ledgers'
import { bundleDatabaseServer } from '../harness/programs'
import { smallDisk } from '../harness/small-disk'

// Real servers, written to while they are copied, and servers that start on the copies.

const signal = new AbortController().signal
const present = await Promise.all((['postgres', 'mariadb', 'redis'] as const).map(async (engine) => ({ engine, found: await findEngine(engine, AbortSignal.timeout(20_000)) })))
let folder: string
let program: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'easel-snapshots-'))
  program = await bundleDatabaseServer()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const server = (engine: EngineName, version: string, name: string) => ({ program, engine, version, volume: join(folder, `${engine}-${name}`), env: variablesOf(engine, name) })

/** Copies a server while money is moved in it. Answers what was kept, and how far the moves were before and after. */
async function copyUnderLoad(engine: EngineName, running: Running, id: string): Promise<{ kept: Kept; before: number; after: number }> {
  const ledger = LEDGERS[engine]!
  const stop = new AbortController()
  const movers = [1, 2, 3].map(() => ledger.move(running, stop.signal))
  const before = (await ledger.look(running)).moves
  try {
    const kept = await keep(diskStore(join(folder, 'store')), { id, content: await COPIES[engine]!.copy(running, signal) }, signal)
    return { kept, before, after: (await ledger.look(running)).moves }
  } finally {
    stop.abort()
    await Promise.all(movers)
  }
}

async function unpackInto(volume: string, tar: Readable): Promise<void> {
  mkdirSync(volume, { recursive: true })
  await pipeline(tar, createWriteStream(`${volume}.tar`))
  execFileSync('tar', ['-xpf', `${volume}.tar`, '-C', volume])
  rmSync(`${volume}.tar`)
}

describe.each(present)('$engine', ({ engine, found }) => {
  test.skipIf(found.version === null)(`${ENGINES[engine].word} written to while it is copied is restored at one moment, with other credentials`, { timeout: 240_000 }, async () => {
    const version = found.version!
    const store = diskStore(join(folder, 'store'))
    const id = newId('snapshot')
    const { kept, before, after } = await withServer(server(engine, version, 'first'), signal, async (running) => {
      await LEDGERS[engine]!.setUp(running)
      return copyUnderLoad(engine, running, id)
    })
    expect(after).toBeGreaterThan(before)
    await verify(store, { id, kept }, signal)
    const second = server(engine, version, 'second')
    const content = await unpack(store, { id, kept }, signal)
    await asVolume({ content, contentBytes: kept.contentBytes, format: COPIES[engine]!.format, engine, version }, { program, env: second.env, version, folder: join(folder, 'fresh'), isOfProcesses: true }, signal, (tar) => unpackInto(second.volume, tar))
    await withServer(second, signal, async (running) => {
      const seen = await LEDGERS[engine]!.look(running)
      expect(seen.total).toBe(TOTAL)
      expect(seen.moves).toBe(seen.counted)
      expect(seen.moves).toBeGreaterThanOrEqual(before)
      expect(seen.moves).toBeLessThanOrEqual(after + 3)
    })
    // And goes on as any other does.
    await withServer(second, signal, async (running) => expect((await LEDGERS[engine]!.look(running)).total).toBe(TOTAL))
  })
})

const { found: postgresFound } = present[0]!
const { found: mariadbFound } = present[1]!

test.skipIf(postgresFound.version === null)('a password that was revoked since does not come back with a snapshot', { timeout: 120_000 }, async () => {
  const version = postgresFound.version!
  const store = diskStore(join(folder, 'store'))
  const id = newId('snapshot')
  const first = server('postgres', version, 'former')
  const kept = await withServer(first, signal, async (running) => keep(store, { id, content: await COPIES.postgres!.copy(running, signal) }, signal))
  const second = { ...server('postgres', version, 'later'), env: { POSTGRES_USER: 'app_b', POSTGRES_PASSWORD: 'later', POSTGRES_DB: 'app' } }
  const content = await unpack(store, { id, kept }, signal)
  await asVolume({ content, contentBytes: kept.contentBytes, format: 'postgres-base', engine: 'postgres', version }, { program, env: second.env, version, folder: join(folder, 'fresh'), isOfProcesses: true }, signal, (tar) => unpackInto(second.volume, tar))
  await withServer(second, signal, async (running) => {
    const as = (user: string, password: string) => postgres({ host: '127.0.0.1', port: running.port, user, password, database: 'app', max: 1, onnotice: () => {} })
    const login = as('app_b', 'later')
    expect((await login`select current_user as owner`)[0]).toEqual({ owner: 'app' })
    await login.end()
    const former = as('app', first.env.POSTGRES_PASSWORD!)
    await expect(former`select 1`).rejects.toThrow(/password authentication failed/)
    await former.end()
  })
})

test.skipIf(mariadbFound.version === null)('users that were made in MariaDB come with it, and every character', { timeout: 120_000 }, async () => {
  const version = mariadbFound.version!
  const store = diskStore(join(folder, 'store'))
  const id = newId('snapshot')
  const copy = COPIES.mariadb!
  const kept = await withServer({ ...server('mariadb', version, 'users'), volume: join(folder, 'users') }, signal, async (running) => {
    await mariadb(running, ['create table t (id int);', 'create view v as select id from t;', 'create procedure p() select count(*) from t;', 'create table words (word text);', "insert into words values (convert(x'F09F9880' using utf8mb4));"])
    await mariadbAsRoot(running, ["create role readers;", "grant select on app.* to readers;", "create user reader@'%' identified by 'r\\'s';", "grant readers to reader@'%';", "set default role readers for reader@'%';"])
    return keep(store, { id, content: await copy.copy(running, signal) }, signal)
  })
  const other = { ...server('mariadb', version, 'others'), volume: join(folder, 'others') }
  const content = await unpack(store, { id, kept }, signal)
  await asVolume({ content, contentBytes: kept.contentBytes, format: 'sql', engine: 'mariadb', version }, { program, env: other.env, version, folder: join(folder, 'fresh'), isOfProcesses: true }, signal, (tar) => unpackInto(other.volume, tar))
  await withServer(other, signal, async (running) => {
    expect(await mariadb(running, ['call p();'])).toBe('0\n')
    expect(await mariadb(running, ['select hex(word) from words;'])).toBe('F09F9880\n')
    expect(await mariadb({ ...running, env: { ...running.env, MARIADB_USER: 'reader', MARIADB_PASSWORD: "r's" } }, ['select count(*) from v;'])).toBe('0\n')
  })
})

describe('what is kept', () => {
  const fill = Buffer.from(Array.from({ length: 300_000 }, (_, n) => String(n * 7919)).join(' '))
  const contentOf = (bytes: Buffer) => Readable.from([bytes.subarray(0, 1_000), bytes.subarray(1_000)], { objectMode: false })
  const read = async (content: Readable) => Buffer.concat(await content.toArray())

  test('comes back byte by byte', async () => {
    const store = diskStore(join(folder, 'bytes'))
    const id = newId('snapshot')
    const kept = await keep(store, { id, content: contentOf(fill) }, signal)
    expect(kept).toMatchObject({ contentBytes: fill.length, sizeBytes: await store.sizeBytes(id, signal) })
    expect(kept.sizeBytes).toBeLessThan(fill.length)
    await verify(store, { id, kept }, signal)
    expect((await read(await unpack(store, { id, kept }, signal))).equals(fill)).toBe(true)
  })

  test('is read as well where it was packed with gzip', async () => {
    const store = diskStore(join(folder, 'bytes'))
    const id = newId('snapshot')
    const packed = gzipSync(fill)
    await store.write(id, Readable.from([packed], { objectMode: false }), signal)
    const kept: Kept = { compression: 'gzip', sizeBytes: packed.length, contentBytes: fill.length, sha256: createHash('sha256').update(packed).digest('hex') }
    expect((await read(await unpack(store, { id, kept }, signal))).equals(fill)).toBe(true)
    await expect(unpack(store, { id, kept: { ...kept, contentBytes: 1 } }, signal).then(read)).rejects.toThrow('not the one that was made')
  })

  test.each([
    ['cut off', (path: string, size: number) => truncateSync(path, size - 1), 'cut off'],
    ['longer', (path: string) => writeFileSync(path, 'x', { flag: 'a' }), 'was replaced'],
    ['altered', (path: string) => {
      const bytes = readFileSync(path)
      bytes[Math.floor(bytes.length / 2)]! ^= 1
      writeFileSync(path, bytes)
    }, 'not the one that was made'],
    ['gone', (path: string) => rmSync(path), 'not there any more'],
  ])('is refused when it is %s', async (_, harm, words) => {
    const store = diskStore(join(folder, 'bytes'))
    const id = newId('snapshot')
    const kept = await keep(store, { id, content: contentOf(fill) }, signal)
    harm(join(folder, 'bytes', id), kept.sizeBytes)
    await expect(verify(store, { id, kept }, signal)).rejects.toThrow(words)
    await expect(unpack(store, { id, kept }, signal).then(read)).rejects.toThrow()
  })

  test('leaves nothing of a content that ends in an error, and the former one as it was', async () => {
    const path = join(folder, 'broken')
    const store = diskStore(path)
    const id = newId('snapshot')
    const kept = await keep(store, { id, content: contentOf(fill) }, signal)
    const broken = Readable.from((async function* () {
      yield fill
      throw new Error('The database went away.')
    })(), { objectMode: false })
    await expect(keep(store, { id: newId('snapshot'), content: broken }, signal)).rejects.toThrow('went away')
    expect(readdirSync(path)).toEqual([id])
    await verify(store, { id, kept }, signal)
  })

  test('leaves nothing of one that is ended', async () => {
    const path = join(folder, 'ended')
    const stop = new AbortController()
    const endless = Readable.from((async function* () {
      for (;;) {
        yield Buffer.alloc(100_000, String(Math.random()))
        await new Promise(setImmediate)
      }
    })(), { objectMode: false })
    const kept = keep(diskStore(path), { id: newId('snapshot'), content: endless }, stop.signal)
    setImmediate(() => stop.abort())
    await expect(kept).rejects.toThrow()
    expect(readdirSync(path)).toEqual([])
  })

  const disk = smallDisk(8)
  afterAll(() => disk?.close())
  test.skipIf(disk === null)('stays on a disk that has become full, which the new one says', async () => {
    const store = diskStore(disk!.path)
    const id = newId('snapshot')
    const kept = await keep(store, { id, content: contentOf(fill) }, signal)
    disk!.fill()
    const second = newId('snapshot')
    const noise = Readable.from((function* () { for (let n = 0; n < 64; n++) yield crypto.getRandomValues(new Uint8Array(60_000)) })(), { objectMode: false })
    await expect(keep(store, { id: second, content: noise }, signal)).rejects.toThrow('no space left on the disk that holds the snapshots')
    expect(readdirSync(disk!.path).sort()).toEqual(['filling', id].sort())
    await verify(store, { id, kept }, signal)
    disk!.free()
    await keep(store, { id: second, content: contentOf(fill) }, signal)
  })
})

test.skipIf(postgresFound.version === null)('a server that does not start on what it is given says why', { timeout: 60_000 }, async () => {
  const scratch = { ...server('postgres', postgresFound.version!, 'strange'), volume: join(folder, 'strange') }
  mkdirSync(scratch.volume)
  writeFileSync(join(scratch.volume, 'letter.txt'), 'Dear')
  await expect(withServer(scratch, signal, async () => undefined)).rejects.toThrow('letter.txt')
})
