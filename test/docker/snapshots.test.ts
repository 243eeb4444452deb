import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { branchGet, environmentBranch } from '@/lib/contract/branch'
import { databaseAdd } from '@/lib/contract/database'
import { deploymentCreate } from '@/lib/contract/deployment'
import { databaseRotate, rotationGet } from '@/lib/contract/rotation'
import { serviceList, variableReveal } from '@/lib/contract/service'
import { snapshotCreate, snapshotGet, snapshotPlan, snapshotProve, snapshotRestore } from '@/lib/contract/snapshot'
import { ENGINES } from '@/lib/domain/engine/engines'
import { BUILT_IN_TARGETS } from '@/lib/domain/target'
import { log } from '@/lib/log'
import { makeImageStore } from '@/lib/provisioning/build/image/docker-image-store'
import { dockerDriver } from '@/lib/provisioning/runtime/docker/docker-driver'
import { environmentNow } from '@/lib/worker/environment-now'
import { engineForTest, lookNow, oneTarget, type TestEngine } from '../harness/engine'
import { LEDGERS, TOTAL, type At } from '../harness/ledgers'
import { until } from '../harness/until'
import { removeMarked, testApi, testConnection, testMark } from './engine'

// Databases in containers that are copied while they are written to, and put back.

const PREFIX = 'easel-test/'
const api = testApi()
const never = new AbortController().signal
const store = makeImageStore(testConnection(), api)
const hasEngine = await api.version(AbortSignal.timeout(5_000)).then(() => true, () => false)
const CASES = [
  { engine: 'postgres', version: '15', port: 5432, format: 'postgres-base' },
  { engine: 'mariadb', version: '10.11', port: 3306, format: 'mariadb-backup' },
  { engine: 'mysql', version: '9.7', port: 3306, format: 'files' },
  { engine: 'redis', version: '7', port: 6379, format: 'rdb' },
] as const
const present = await Promise.all(CASES.map(async (each) => ({ ...each, isThere: hasEngine && (await store.inspect(`${PREFIX}${each.engine}:${each.version}`, never)) !== null })))
if (hasEngine && present.some(({ isThere }) => !isThere)) process.stderr.write(`Not run, because .ci/base-images has not made their images: ${present.filter(({ isThere }) => !isThere).map(({ engine }) => engine).join(', ')}.\n`)

let t: TestEngine
let mark: string
let folder: string

beforeAll(async () => {
  if (!hasEngine) return
  mark = testMark()
  folder = await mkdtemp(join(tmpdir(), 'easel-snapshots-'))
  t = await engineForTest()
  const driver = dockerDriver({ api, folder: join(folder, 'target'), instanceId: mark, targetId: BUILT_IN_TARGETS.docker, log, reach: null, environmentNow: environmentNow(t.database.db, t.platform.seal) })
  await t.database.sql`insert into targets (id, name, kind) values (${BUILT_IN_TARGETS.docker}, 'Docker', 'docker') on conflict do nothing`
  await t.database.sql`update environments set target_id = ${BUILT_IN_TARGETS.docker}`
  const target = { id: BUILT_IN_TARGETS.docker, name: 'Docker', driver, images: store }
  Object.assign(t.engine, { driver, targets: { ...oneTarget(driver), byId: async () => target, ofEnvironment: async () => target, all: async () => [target] }, config: { ...t.engine.config, baseImages: PREFIX } })
})

afterAll(async () => {
  if (!hasEngine) return
  const services = await t.database.sql<{ id: string }[]>`select distinct service_id as id from deployments`
  await t.engine.driver.close()
  await removeMarked(api, `easel.instance=${mark}`)
  for (const { id } of services) for (const name of await store.tags(`easel/${id}:`, never)) await store.remove(name, never)
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

/** Trials of ours that the engine still has something of. */
async function left(path: '/containers/json' | '/volumes'): Promise<unknown[]> {
  const filters = { label: [`easel.instance=${mark}`, 'easel.helper'] }
  const answer = await api.json({ method: 'GET', path, query: { all: true, filters }, signal: never }, z.union([z.array(z.unknown()), z.object({ Volumes: z.array(z.unknown()).nullable() })]))
  return Array.isArray(answer) ? answer : (answer.Volumes ?? [])
}

/** Looks again and again until something has come about. */
const settled = <T>(what: string, look: () => Promise<T | null>, environmentId = t.environmentId) =>
  until(what, async () => {
    await lookNow({ ...t, environmentId })
    return look()
  }, 120_000, 200)

async function deployed(serviceId: string, environmentId = t.environmentId): Promise<void> {
  const { id } = await t.call(deploymentCreate, { serviceId }, { as: t.as })
  const ended = await settled('the deployment to end', async () => {
    const found = await t.outcome(id)
    return ['active', 'failed'].includes(found.status) ? found : null
  }, environmentId)
  expect(ended).toMatchObject({ status: 'active', message: null })
}

describe.skipIf(!hasEngine)('a snapshot on Docker', () => {
  it.each(present)('of $engine is of one moment, and puts that back', { timeout: 600_000 }, async ({ engine, version, port, format, isThere }) => {
    if (!isThere) return
    const { environmentId, as } = t
    const ledger = LEDGERS[engine]!
    const database = await t.call(databaseAdd, { environmentId, engine, version }, { as })
    await deployed(database.id)
    const rotation = await t.call(databaseRotate, { serviceId: database.id }, { as })
    expect(await settled('the rotation to end', async () => {
      const found = await t.call(rotationGet, { rotationId: rotation.id }, { as })
      return found.status === 'running' ? null : found
    })).toMatchObject({ status: 'done', message: null })
    const keys = ENGINES[engine].variables.map(({ key }) => key).filter((key) => key !== ENGINES[engine].urlKey)
    const at = async (serviceId = database.id): Promise<At> => {
      const env = Object.fromEntries(await Promise.all(keys.map(async (key) => [key, (await t.call(variableReveal, { serviceId, key }, { as })).value] as const)))
      const seen = (await t.engine.driver.observe(null, never)).find((each) => each.serviceId === serviceId && each.phase === 'running')
      return { host: seen!.address!.host, port, env, data: '', programs: { version: '', paths: {} } }
    }
    const place = await at()
    await ledger.setUp(place)
    const stop = new AbortController()
    const movers = [1, 2].map(() => ledger.move(place, stop.signal))
    const before = await ledger.look(place)
    const { id: snapshotId } = await t.call(snapshotCreate, { environmentId, serviceId: database.id }, { as })
    await t.settle()
    const after = await ledger.look(place)
    stop.abort()
    await Promise.all(movers)
    expect(await t.call(snapshotGet, { snapshotId }, { as })).toMatchObject({ status: 'done', message: null, engine, format })
    expect(after.moves).toBeGreaterThan(before.moves)

    const last = await ledger.look(place)
    const restored = async (id: string) => {
      const restore = await t.call(snapshotRestore, { snapshotId: id }, { as })
      const ended = await settled('the restore to end', async () => {
        const found = (await t.call(snapshotPlan, { environmentId, serviceId: database.id }, { as })).restores.find((each) => each.id === restore.id)!
        return found.status === 'done' || found.status === 'failed' ? found : null
      })
      expect(ended).toMatchObject({ status: 'done', message: null, safetySnapshotId: expect.any(String) as string })
      return { ended, seen: await until('the database to answer', async () => ledger.look(await at()).catch(() => null), 60_000, 250) }
    }
    const { ended, seen } = await restored(snapshotId)
    expect(seen.total).toBe(TOTAL)
    expect(seen.moves).toBe(seen.counted)
    expect(seen.moves).toBeGreaterThanOrEqual(before.moves)
    expect(seen.moves).toBeLessThanOrEqual(after.moves + movers.length)
    // The files of the stopped server, as they were before that.
    expect((await restored(ended.safetySnapshotId!)).seen).toEqual(last)

    // As a new one it has a login of its own, which the copy knows nothing of.
    const beside = await t.call(snapshotRestore, { snapshotId, asNew: true, name: `${engine}-beside` }, { as })
    await settled('the new one to be filled', async () => {
      const { restores } = await t.call(snapshotPlan, { environmentId, serviceId: beside.serviceId! }, { as })
      const found = restores.find((each) => each.id === beside.id)!
      return found.status === 'done' || found.status === 'failed' ? found : null
    }).then((ended) => expect(ended).toMatchObject({ status: 'done', message: null }))
    await deployed(beside.serviceId!)
    const copy = await until('the new one to answer', async () => ledger.look(await at(beside.serviceId!)).catch(() => null), 60_000, 250)
    expect(copy).toEqual(seen)
    expect((await at(beside.serviceId!)).env).not.toEqual((await at()).env)

    // On trial, in a container that nothing is left of.
    await t.call(snapshotProve, { snapshotId }, { as })
    const tried = await settled('the trial to end', async () => (await t.call(snapshotGet, { snapshotId }, { as })).proof)
    expect(tried).toMatchObject({ ok: true, message: expect.stringMatching(/^[1-9][\d,]* (tables? with [1-9][\d,]* rows?|keys) were read\.$/) })
    expect(await left('/containers/json')).toEqual([])
    expect(await left('/volumes')).toEqual([])

    // In another environment, with its own login too.
    const branch = await t.call(environmentBranch, { environmentId, name: `${engine}-branch`, data: [{ serviceId: database.id, from: 'now' }] }, { as })
    expect(await settled('the branch to have its data', async () => {
      const found = (await t.call(branchGet, { environmentId: branch.environmentId }, { as })).branch!
      return found.status === 'running' ? null : found
    })).toMatchObject({ status: 'done', message: null })
    const services = (await t.call(serviceList, { environmentId: branch.environmentId }, { as })).items
    const own = services.find(({ name }) => name === database.name)!
    await deployed(own.id, branch.environmentId)
    expect(await until('the branch to answer', async () => ledger.look(await at(own.id)).catch(() => null), 60_000, 250)).toEqual(await ledger.look(await at()))
    expect((await at(own.id)).env).not.toEqual((await at()).env)
  })
})
