import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { changeApply, revisionRestore } from '../../lib/contract/change'
import { databaseAdd } from '../../lib/contract/database'
import { deploymentCreate } from '../../lib/contract/deployment'
import { databaseRotate, rotationCancel, rotationGet, rotationList, rotationRetry } from '../../lib/contract/rotation'
import { serviceStop, variableReplace, variableReveal } from '../../lib/contract/service'
import { snapshotRestore } from '../../lib/contract/snapshot'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { newId } from '../../lib/ids'
import { engineForTest, type TestEngine } from '../harness/engine'

// What may be asked for, and when. What a rotation does to a server is in test/data/rotation.test.ts.

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
  const found = { postgres: { version: '18.4', missing: null }, mongodb: { version: '8.0', missing: null } }
  const seen = JSON.stringify({ ok: true, message: 'It is usable.', engineVersion: null, databases: found, at: new Date().toISOString() })
  await t.database.sql`update targets set seen = ${seen}::text::jsonb where id = ${BUILT_IN_TARGETS.process}`
})
afterEach(() => t.close())

async function deployed(engine: 'postgres' | 'mongodb' = 'postgres'): Promise<string> {
  const { id } = await t.call(databaseAdd, { environmentId: t.environmentId, engine }, { as: t.as })
  await t.call(deploymentCreate, { serviceId: id }, { as: t.as })
  await t.settle()
  return id
}

async function user(name: string): Promise<string> {
  const service = await t.service(name)
  await t.call(variableReplace, { serviceId: service.id, variables: { DATABASE_URL: { value: '${{postgres.DATABASE_URL}}', secret: false } } }, { as: t.as })
  await t.deploy(service)
  await t.settle()
  return service.id
}

const rotate = (serviceId: string) => t.call(databaseRotate, { serviceId }, { as: t.as })
const list = (serviceId: string) => t.call(rotationList, { serviceId }, { as: t.as })

describe('a rotation', () => {
  test('names who is redeployed, and who is stopped', async () => {
    const database = await deployed()
    const [api, worker] = [await user('api'), await user('worker')]
    await t.service('bystander')
    await t.call(serviceStop, { serviceId: worker }, { as: t.as })
    expect((await list(database)).outlook).toEqual({ cannotRotate: null, redeploys: [{ serviceId: api, name: 'api' }], stopped: [{ serviceId: worker, name: 'worker' }] })
    expect(await rotate(database)).toMatchObject({ status: 'running', step: 'make', isReturning: false, dependants: [{ name: 'api', deploymentId: null, status: null, isStuck: false }], createdBy: { name: 'Olivia Owner' } })
  })

  test('is not begun while the database is restored, nor the other way round', async () => {
    const database = await deployed()
    const [volume] = await t.database.sql`select id from volumes where service_id = ${database}`
    const [snapshotId, restoreId] = [newId('snapshot'), newId('restore')]
    await t.database.sql`insert into snapshots (id, environment_id, volume_id, service_id, source_name, trigger, status, format, engine, version) values (${snapshotId}, ${t.environmentId}, ${volume!.id as string}, ${database}, 'postgres', 'manual', 'done', 'postgres-base', 'postgres', '18.4')`
    await t.database.sql`insert into restores (id, environment_id, snapshot_id, volume_id, is_new, status, step_at) values (${restoreId}, ${t.environmentId}, ${snapshotId}, ${volume!.id as string}, false, 'running', now())`
    await expect(rotate(database)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('is being restored') as string })
    await t.database.sql`delete from restores where id = ${restoreId}`
    await rotate(database)
    await expect(t.call(snapshotRestore, { snapshotId, asNew: false }, { as: t.as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('is being rotated') as string })
  })

  test('is one at a time, and may be begun again when it was cancelled', async () => {
    const database = await deployed()
    const answers = await Promise.allSettled([rotate(database), rotate(database)])
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(t.call(deploymentCreate, { serviceId: database }, { as: t.as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('is being rotated') })
    await expect(t.call(variableReplace, { serviceId: database, variables: {} }, { as: t.as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('is being rotated') })
    const [open] = (await list(database)).items
    await expect(t.call(rotationRetry, { rotationId: open!.id }, { as: t.as })).rejects.toMatchObject({ code: 'not_now' })
    // Nobody has heard of a new password yet.
    expect(await t.call(rotationCancel, { rotationId: open!.id }, { as: t.as })).toMatchObject({ status: 'cancelled', finishedAt: expect.any(String) })
    await expect(t.call(rotationCancel, { rotationId: open!.id }, { as: t.as })).rejects.toMatchObject({ code: 'not_now', message: 'This rotation has ended.' })
    const again = await rotate(database)
    expect((await list(database)).items.map(({ id }) => id)).toEqual([again.id, open!.id])
    expect((await t.database.sql`select type from events where type like 'rotation.%' order by id`).map(({ type }) => type as string)).toEqual(['rotation.started', 'rotation.cancelled', 'rotation.started'])
  })

  test('has no way back from its last step', async () => {
    const { id } = await rotate(await deployed())
    await t.database.sql`update rotations set step = 'revoke' where id = ${id}`
    expect((await t.call(rotationGet, { rotationId: id }, { as: t.as })).cannotCancel).toContain('no way back')
    await expect(t.call(rotationCancel, { rotationId: id }, { as: t.as })).rejects.toMatchObject({ code: 'not_now' })
  })

  test('refuses the former password only when no snapshot is being taken with it', async () => {
    const database = await deployed()
    const { id } = await rotate(database)
    await t.database.sql`insert into snapshots (id, environment_id, service_id, source_name, trigger, status) values (${newId('snapshot')}, ${t.environmentId}, ${database}, 'postgres', 'manual', 'running')`
    await t.database.sql`update rotations set step = 'revoke' where id = ${id}`
    await t.settle()
    expect(await t.call(rotationGet, { rotationId: id }, { as: t.as })).toMatchObject({ status: 'running', step: 'revoke', message: 'Waits until the snapshot of postgres is taken.' })
  })

  test('is not undone by an older revision: the login stays the present one', async () => {
    const { id: database } = await t.call(databaseAdd, { environmentId: t.environmentId, engine: 'postgres' }, { as: t.as })
    await t.call(changeApply, { environmentId: t.environmentId }, { as: t.as })
    await t.settle()
    const { environmentId } = t
    const reveal = async (key: string) => (await t.call(variableReveal, { serviceId: database, key }, { as: t.as })).value
    await t.call(variableReplace, { serviceId: database, variables: { POSTGRES_USER: { value: 'app_b', secret: false }, POSTGRES_PASSWORD: { value: 'the present one', secret: true }, POSTGRES_DB: { value: 'other', secret: false } } }, { as: t.as })
    await t.call(revisionRestore, { environmentId, number: 1 }, { as: t.as })
    expect([await reveal('POSTGRES_USER'), await reveal('POSTGRES_PASSWORD')]).toEqual(['app_b', 'the present one'])
    expect(await reveal('POSTGRES_DB')).not.toBe('other')
  })

  test('is refused with what to do where there is nothing to rotate', async () => {
    const service = await t.service('api')
    await expect(rotate(service.id)).rejects.toMatchObject({ code: 'not_now', message: 'Only a database has a password that is rotated.' })
    await expect(rotate(await deployed('mongodb'))).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('MONGO_INITDB_ROOT_PASSWORD') })
    const { id } = await t.call(databaseAdd, { environmentId: t.environmentId, engine: 'postgres' }, { as: t.as })
    await expect(rotate(id)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('nobody uses its password yet') })
    await t.call(deploymentCreate, { serviceId: id }, { as: t.as })
    await expect(rotate(id)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('on its way') })
    await t.settle()
    await t.call(serviceStop, { serviceId: id }, { as: t.as })
    await expect(rotate(id)).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('Start it first') })
    await expect(t.call(rotationGet, { rotationId: newId('rotation') }, { as: t.as })).rejects.toMatchObject({ code: 'not_found' })
  })
})
