import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { branchCancel, branchGet, branchOptions, branchRetry, environmentBranch, type BranchData, type BranchView } from '../../lib/contract/branch'
import { databaseAdd } from '../../lib/contract/database'
import { environmentDelete, environmentGraph } from '../../lib/contract/project'
import { type EngineName } from '../../lib/domain/engine/engines'
import { EMAIL_TAIL, type MaskRule } from '../../lib/domain/mask'
import type { Running } from '../../lib/provisioning/database/copy/copy'
import { findEngine } from '../../lib/provisioning/database/find-engines'
import { hashed } from '../../lib/provisioning/database/mask/mask'
import { volumeName } from '../../lib/provisioning/runtime/driver'
import { makeSeal } from '../../lib/secrets/seal'
import type { Lane } from '../fault/lane'
import { LEDGERS, mariadb, TOTAL } from '../harness/ledgers'
import { until } from '../harness/until'
import type { Scene } from '../trouble/scene'
import { openDatabasesScene, type DatabasesScene } from './databases-scene'

// Databases that run as the product runs them, branched while they are written to, with the worker killed in the middle, and
// columns masked so that nothing in the files of the new one tells of what they held.

const FIRST_PORT = 28_400
const PORTS_EACH = 40
const TAKES_MS = 150_000
/** In every value that is to be masked, and nowhere else. */
const SECRET = 'top-secret-original'

const present = await Promise.all((['postgres', 'mariadb', 'redis'] as const).map(async (engine) => ({ engine, found: await findEngine(engine, AbortSignal.timeout(60_000)) })))
const isThere = (engine: EngineName) => present.find((each) => each.engine === engine)!.found.version !== null
let lane: Lane
let scene: Scene
let { deployed, reach, look, close } = {} as DatabasesScene
beforeAll(async () => void ({ lane, scene, deployed, reach, look, close } = await openDatabasesScene(FIRST_PORT, PORTS_EACH)))
afterAll(() => close())

const client = ({ port, env }: Running) => postgres({ host: '127.0.0.1', port, user: env.POSTGRES_USER!, password: env.POSTGRES_PASSWORD!, database: env.POSTGRES_DB!, max: 1, onnotice: () => {} })
const branch = (name: string, data: BranchData[]) => {
  // A worker is asked about columns, and takes only questions of this minute.
  scene.clock.now = new Date()
  return scene.call(environmentBranch, { environmentId: lane.environmentId, name, data }, { as: lane.as })
}
const show = async (environmentId: string) => (await scene.call(branchGet, { environmentId }, { as: lane.as })).branch!
const over = (environmentId: string): Promise<BranchView> =>
  until('the branch to end', async () => {
    const view = await show(environmentId)
    return view.status === 'running' ? null : view
  }, TAKES_MS, 250)
const folderOf = (volumeId: string) => scene.paths.volume(volumeName(volumeId))
const namesIn = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])

/** Files in which a text is. */
function filesWith(volumeId: string, text: string): string[] {
  const files = readdirSync(folderOf(volumeId), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(10)
  return files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => readFileSync(path).includes(text))
}

/** Deletes a branch, and finds nothing of it. */
async function gone(environmentId: string, volumeIds: string[]): Promise<void> {
  await scene.call(environmentDelete, { environmentId }, { as: lane.as })
  await until('the branch to be gone', async () => (await scene.database.sql`select 1 from environments where id = ${environmentId}`).length === 0, TAKES_MS, 250)
  for (const id of volumeIds) expect(existsSync(folderOf(id))).toBe(false)
}

async function ledgerOf(engine: EngineName): Promise<{ serviceId: string; at: Running }> {
  const { id: serviceId } = await scene.call(databaseAdd, { environmentId: lane.environmentId, engine }, { as: lane.as })
  await deployed(serviceId)
  const at = await reach(engine, serviceId)
  await LEDGERS[engine]!.setUp(at)
  return { serviceId, at }
}

/** Branches while money is moved, kills the worker in the middle, and looks at what there is. */
async function branchedUnderLoad(engine: EngineName, { serviceId, at, masks }: { serviceId: string; at: Running; masks?: MaskRule[] }): Promise<BranchView> {
  const ledger = LEDGERS[engine]!
  const stop = new AbortController()
  const movers = [1, 2].map(() => ledger.move(at, stop.signal))
  const before = await ledger.look(at)
  const made = await branch(`of-${engine}`, [{ serviceId, from: 'now', ...(masks ? { masks } : {}) }])
  await until('the copy to be on its way', () => namesIn(scene.paths.snapshots).length > 0)
  await scene.replaceWorker()
  await until('the copy to be put in its place', async () => (await show(made.environmentId)).copies[0]!.step === 'filling', TAKES_MS, 50)
  const after = await ledger.look(at)
  stop.abort()
  await Promise.all(movers)
  await scene.replaceWorker()
  const ended = await over(made.environmentId)
  expect(ended).toMatchObject({ status: 'done', message: null, copies: [{ step: 'done', engine }] })
  const copy = ended.copies[0]!.serviceId!
  if (masks) expect(filesWith(ended.copies[0]!.volumeId, SECRET)).toEqual([])
  await deployed(copy)
  const seen = await look(engine, copy)
  expect(seen.total).toBe(TOTAL)
  expect(seen.moves).toBe(seen.counted)
  expect(seen.moves).toBeGreaterThanOrEqual(before.moves)
  expect(seen.moves).toBeLessThanOrEqual(after.moves + movers.length)
  expect((await reach(engine, copy)).env).not.toMatchObject(at.env)
  await until('the snapshot to be removed', () => namesIn(scene.paths.snapshots).length === 0, TAKES_MS, 100)
  expect(namesIn(scene.paths.scratches)).toEqual([])
  return ended
}

test.skipIf(!isThere('redis'))('Redis is branched at one moment, whatever is killed, and goes with its branch alone', async () => {
  const source = await ledgerOf('redis')
  const { environmentId, copies } = await branchedUnderLoad('redis', source)
  await gone(environmentId, copies.map(({ volumeId }) => volumeId))
  expect((await look('redis', source.serviceId)).total).toBe(TOTAL)
})

describe.skipIf(!isThere('postgres'))('PostgreSQL', () => {
  let source: { serviceId: string; at: Running }
  beforeAll(async () => {
    source = await ledgerOf('postgres')
    const sql = client(source.at)
    await sql`create table people (id int primary key, name text not null, email varchar(60) unique, phone varchar(12), note text, born date, shout text generated always as (upper(name)) stored)`
    await sql`insert into people select n, ${SECRET} || '-' || (n % 50), ${SECRET} || n || '@example.com', 'top-sec-' || n % 100, repeat(${SECRET}, 300), now() from generate_series(1, 2000) n`
    // What an engine keeps besides rows: former rows, an index, statistics, a view with rows of its own, the parts of a table.
    await sql`update people set name = name || 'x'`
    await sql`create index people_note on people (lower(email))`
    await sql`create table visit (at int, who text) partition by range (at)`
    await sql`create table visit_one partition of visit for values from (0) to (1000)`
    await sql`insert into visit select n % 1000, ${SECRET} || n from generate_series(1, 500) n`
    await sql`create materialized view names as select name, shout from people`
    await sql`create table audit (what text)`
    await sql.unsafe('create function tell() returns trigger language plpgsql as $$ begin insert into audit values (old.name); return new; end $$')
    await sql`create trigger told before update on people for each row execute function tell()`
    await sql`analyze`
    await sql.end()
  })

  const masks: MaskRule[] = [
    { table: 'people', column: 'name', as: 'hash' },
    { table: 'public.people', column: 'email', as: 'email' },
    { table: 'people', column: 'phone', as: 'text', text: 'none' },
    { table: 'people', column: 'note', as: 'null' },
    { table: 'visit', column: 'who', as: 'hash' },
  ]

  test('is branched at one moment with nothing of its masked columns, and is as it was itself', async () => {
    expect(filesWith((await sourceVolume()), SECRET).length).toBeGreaterThan(0)
    const { environmentId, copies } = await branchedUnderLoad('postgres', { ...source, masks })
    const copy = copies[0]!
    expect(filesWith(copy.volumeId, SECRET)).toEqual([])
    expect(filesWith(copy.volumeId, SECRET.toUpperCase())).toEqual([])
    const sql = client(await reach('postgres', copy.serviceId!))
    const [row] = await sql`select count(*)::int as n, count(distinct name)::int as names, count(distinct email)::int as emails, count(note)::int as notes, min(phone) as phone, bool_and(email like ${`%${EMAIL_TAIL}`}) as "isMasked", bool_and(shout = upper(name)) as "isComputed" from people`
    expect(row).toEqual({ n: 2000, names: 50, emails: 2000, notes: 0, phone: 'none', isMasked: true, isComputed: true })
    const [one] = await sql`select name from people where id = 7`
    expect(one!.name).toBe(hashed(makeSeal(lane.encryptionKey).digest(environmentId, 'mask'), `${SECRET}-7x`))
    expect((await sql`select count(*)::int as n from audit`)[0]!.n).toBe(0)
    expect((await sql`show wal_recycle`)[0]!.wal_recycle).toBe('on')
    await sql.end()
    const own = client(source.at)
    expect((await own`select count(*)::int as n from people where name like ${`${SECRET}%`} and email like ${`${SECRET}%`}`)[0]!.n).toBe(2000)
    await own.end()
    const { items } = await scene.call(branchOptions, { environmentId: lane.environmentId }, { as: lane.as })
    expect(items.find(({ serviceId }) => serviceId === source.serviceId)).toMatchObject({ masks, cannotMask: null, cannotCopy: null })
    await gone(environmentId, [copy.volumeId])
  })

  test('refuses rules that cannot be followed before anything is drawn', async () => {
    const refusal = (rule: MaskRule) => branch('never', [{ serviceId: source.serviceId, from: 'now', masks: [rule] }]).then(() => 'was taken', (error: Error) => error.message)
    expect(await refusal({ table: 'people', column: 'nickname', as: 'null' })).toContain('There is no column people.nickname')
    expect(await refusal({ table: "pe'ople", column: 'name', as: 'null' })).toContain("There is no column pe'ople.name")
    expect(await refusal({ table: 'other.people', column: 'name', as: 'null' })).toContain('There is no column other.people.name')
    expect(await refusal({ table: 'people', column: 'name', as: 'null' })).toContain('may not be empty')
    expect(await refusal({ table: 'people', column: 'born', as: 'hash' })).toContain('holds no text')
    expect(await refusal({ table: 'people', column: 'shout', as: 'hash' })).toContain('computed from other columns')
    expect(await refusal({ table: 'people', column: 'phone', as: 'email' })).toContain('at most 12 characters')
    expect((await scene.database.sql`select count(*)::int as n from environments where name = 'never'`)[0]!.n).toBe(0)
  })

  test('that cannot be masked is in no volume, can be tried again and cancelled', async () => {
    const { environmentId, copies } = await branch('unmasked', [{ serviceId: source.serviceId, from: 'now', masks: [{ table: 'people', column: 'email', as: 'text', text: 'the same' }] }])
    expect(await over(environmentId)).toMatchObject({ status: 'failed', message: expect.stringContaining('people.email could not be masked') as string, cannotRetry: null })
    expect(namesIn(folderOf(copies[0]!.volumeId))).toEqual([])
    expect(namesIn(scene.paths.scratches)).toEqual([])
    await scene.call(branchRetry, { environmentId }, { as: lane.as })
    expect(await over(environmentId)).toMatchObject({ status: 'failed' })
    expect(await scene.call(branchCancel, { environmentId }, { as: lane.as })).toMatchObject({ status: 'cancelled' })
    await until('the snapshot to be removed', () => namesIn(scene.paths.snapshots).length === 0, TAKES_MS, 100)
    await gone(environmentId, [copies[0]!.volumeId])
  })

  const sourceVolume = async () => (await scene.call(environmentGraph, { environmentId: lane.environmentId }, { as: lane.as })).volumes.find(({ serviceId }) => serviceId === source.serviceId)!.id
})

test.skipIf(!isThere('mariadb'))('MariaDB is branched with nothing of its masked columns', async () => {
  const source = await ledgerOf('mariadb')
  await mariadb(source.at, ['create table people (id int primary key, name varchar(80) not null, email varchar(60), note text) engine=innodb;', `insert into people select seq, concat('${SECRET}-', seq % 50), concat('${SECRET}', seq, '@example.com'), repeat('${SECRET}', 20) from seq_1_to_1000;`])
  const masks: MaskRule[] = [{ table: 'people', column: 'name', as: 'hash' }, { table: 'people', column: 'email', as: 'email' }, { table: 'people', column: 'note', as: 'null' }]
  await expect(branch('never', [{ serviceId: source.serviceId, from: 'now', masks: [{ table: 'people', column: 'nickname', as: 'null' }] }])).rejects.toThrow('There is no column people.nickname')
  const { environmentId, copies } = await branchedUnderLoad('mariadb', { ...source, masks })
  expect(filesWith(copies[0]!.volumeId, SECRET)).toEqual([])
  const at = await reach('mariadb', copies[0]!.serviceId!)
  expect((await mariadb(at, [`select count(*), count(distinct name), count(distinct email), count(note), sum(email like '%${EMAIL_TAIL}') from people;`])).trim()).toBe('1000\t50\t1000\t0\t1000')
  const key = makeSeal(lane.encryptionKey).digest(environmentId, 'mask')
  expect((await mariadb(at, ['select name from people where id = 7;'])).trim()).toBe(hashed(key, `${SECRET}-7`))
  expect((await mariadb(source.at, [`select count(*) from people where name like '${SECRET}%';`])).trim()).toBe('1000')
  await gone(environmentId, [copies[0]!.volumeId])
})
