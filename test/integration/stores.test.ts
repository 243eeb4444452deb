import { randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'

import { CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { deploymentCreate } from '../../lib/contract/deployment'
import { snapshotCreate, snapshotDelete, snapshotGet, snapshotPlan, snapshotProve, snapshotRestore, snapshotSchedule } from '../../lib/contract/snapshot'
import { storeCheck, storeCreate, storeDelete, storeList, storeUpdate } from '../../lib/contract/store'
import { newId } from '../../lib/ids'
import { volumeName } from '../../lib/provisioning/runtime/driver'
import { keep } from '../../lib/provisioning/snapshot/pack'
import type { S3Place } from '../../lib/provisioning/snapshot/s3/room'
import { s3Store } from '../../lib/provisioning/snapshot/s3/s3-store'
import { checkStores } from '../../lib/worker/check-stores'
import { planSnapshots } from '../../lib/worker/plan-snapshots'
import { sweepStores } from '../../lib/worker/sweep-stores'
import { engineForTest, type TestEngine } from '../harness/engine'
import { startSwift, swiftProblem, type TestSwift } from '../harness/swift'

// Snapshots in a real S3-compatible store: OpenStack Swift.

if (swiftProblem !== null) process.stderr.write(`Snapshots in S3-compatible stores are not tested: ${swiftProblem}.\n`)

const BUCKET = 'snapshots'
const MIB = 1024 * 1024
const signal = new AbortController().signal

describe.skipIf(swiftProblem !== null)('with a store', () => {
  let t: TestEngine
  let swift: TestSwift
  let place: S3Place
  let s3: S3Client
  let storeId: string
  let prefix: string

  beforeAll(async () => {
    ;[t, swift] = await Promise.all([engineForTest(), startSwift()])
    await swift.makeBucket(BUCKET)
    const { endpoint, region, accessKeyId, secret } = (place = swift.place(BUCKET))
    s3 = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey: secret } })
    storeId = (await add('offsite')).id
    prefix = `kept/here/${storeId}/`
    await checkStores(t.engine, signal)
  }, 240_000)
  afterAll(async () => {
    s3?.destroy()
    await Promise.all([t?.close(), swift?.stop()])
  })

  const add = (name: string, other: Partial<S3Place> = {}) => {
    const { endpoint, region, bucket, accessKeyId, secret, isPathStyle } = { ...place, ...other }
    return t.call(storeCreate, { organizationId: t.organizationId, name, endpoint, region, bucket, prefix: '/kept/here/', accessKeyId, secret, isPathStyle }, { as: t.as })
  }
  const seen = async (id: string) => {
    await checkStores(t.engine, signal)
    return (await t.call(storeList, { organizationId: t.organizationId }, { as: t.as })).items.find((each) => each.id === id)!.seen!
  }
  /** Names of the objects, and of the uploads that were never completed, without what all of them begin with. */
  const lies = async () => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }))
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: prefix }))
    return { objects: Contents.map(({ Key }) => Key!.slice(prefix.length)), uploads: Uploads.map(({ Key }) => Key!.slice(prefix.length)) }
  }
  const volumeWith = async (content: Buffer) => {
    const service = await t.service(`s-${newId('request').slice(-8)}`, { rollout: 'replace' })
    const id = newId('volume')
    await t.database.sql`insert into volumes (id, environment_id, name, service_id, mount_path) values (${id}, ${t.environmentId}, ${id}, ${service.id}, '/data')`
    await t.call(deploymentCreate, { serviceId: service.id }, { as: t.as })
    await t.settle({ forMs: 3_000 })
    const files = () => t.runtime.world.volumes.get(volumeName(id))!.files
    files().set('text', content)
    return { id, files, named: { environmentId: t.environmentId, volumeId: id } }
  }
  const ask = async (volume: { named: { environmentId: string; volumeId: string } }) => (await t.call(snapshotCreate, { ...volume.named, storeId }, { as: t.as })).id
  const take = async (volume: { named: { environmentId: string; volumeId: string } }) => {
    const id = await ask(volume)
    await t.settle()
    return id
  }
  const get = (snapshotId: string) => t.call(snapshotGet, { snapshotId }, { as: t.as })
  const restore = async (volume: { named: { environmentId: string; volumeId: string } }, snapshotId: string) => {
    await t.call(snapshotRestore, { snapshotId }, { as: t.as })
    await t.settle({ forMs: 20_000 })
    return (await t.call(snapshotPlan, volume.named, { as: t.as })).restores[0]!
  }

  describe('trying a store', () => {
    test('writes, reads and deletes a small object, and leaves nothing', async () => {
      const { items } = await t.call(storeList, { organizationId: t.organizationId }, { as: t.as })
      expect(items[0]).toMatchObject({ name: 'offsite', prefix: 'kept/here', seen: { ok: true }, snapshots: 0 })
      expect(JSON.stringify(items)).not.toContain(place.secret)
      expect(await lies()).toEqual({ objects: [], uploads: [] })
    })

    test.each([
      ['a wrong secret', { secret: 'another' }, 'the secret does not belong to the access key id'],
      ['a key that may not', { accessKeyId: 'others:other' }, 'the key may not do this in the bucket snapshots'],
      ['a bucket that is not there', { bucket: 'nowhere' }, 'There is no bucket nowhere'],
      ['another region', { region: 'elsewhere' }, 'it is us-east-1'],
      ['a closed port', { endpoint: 'http://127.0.0.1:1' }, 'Nothing answers at 127.0.0.1:1'],
      ['a name without an address', { endpoint: 'http://store.invalid' }, 'There is no address for store.invalid'],
    ])('says what is wrong: %s', async (name, other, words) => {
      const { id } = await add(name, other)
      expect(await seen(id)).toMatchObject({ ok: false, message: expect.stringContaining(words) as string })
      await t.call(storeDelete, { organizationId: t.organizationId, storeId: id }, { as: t.as })
    })

    test('says that there is no TLS where there is none, and finds it mended', async () => {
      const { id } = await add('tls', { endpoint: place.endpoint.replace('http:', 'https:') })
      expect((await seen(id)).message).toContain('begin the endpoint with http://')
      await t.call(storeUpdate, { organizationId: t.organizationId, storeId: id, endpoint: place.endpoint }, { as: t.as })
      expect(await seen(id)).toMatchObject({ ok: true })
      expect(await t.call(storeCheck, { organizationId: t.organizationId, storeId: id }, { as: t.as })).toMatchObject({ seen: null })
      await t.call(storeDelete, { organizationId: t.organizationId, storeId: id }, { as: t.as })
    })
  })

  describe('a snapshot', () => {
    test('of several parts is kept there, restored from there, and gone from there when it is deleted', async () => {
      const content = randomBytes(20 * MIB)
      const volume = await volumeWith(content)
      const id = await take(volume)
      expect(await get(id)).toMatchObject({ status: 'done', store: { id: storeId, name: 'offsite' } })
      expect((await get(id)).sizeBytes).toBeGreaterThan(16 * MIB)
      expect(await lies()).toEqual({ objects: [id], uploads: [] })
      volume.files().set('text', Buffer.from('after'))
      expect(await restore(volume, id)).toMatchObject({ status: 'done' })
      expect(content.equals(volume.files().get('text')!)).toBe(true)
      await t.call(snapshotDelete, { snapshotId: id }, { as: t.as })
      await t.settle()
      expect(await lies()).toEqual({ objects: [], uploads: [] })
    })

    test('is tried from there', async () => {
      const volume = await volumeWith(Buffer.from('x'))
      const id = await take(volume)
      // The fake runtime makes no archive; this is one.
      const archive = spawn('tar', ['-C', '/etc', '-cf', '-', 'hostname'], { stdio: ['ignore', 'pipe', 'ignore'] })
      const { compression, sizeBytes, contentBytes, sha256 } = await keep(s3Store({ ...place, prefix }), { id, content: archive.stdout }, signal)
      await t.database.sql`update snapshots set compression = ${compression}, size_bytes = ${sizeBytes}, content_bytes = ${contentBytes}, sha256 = ${sha256} where id = ${id}`
      await t.call(snapshotProve, { snapshotId: id }, { as: t.as })
      await t.settle()
      expect((await get(id)).proof).toMatchObject({ ok: true, message: '1 file was unpacked.' })
    })

    test('is refused when its object was cut off, altered or removed, or the store does not answer, and nothing is touched', async () => {
      const volume = await volumeWith(randomBytes(1_000))
      const id = await take(volume)
      volume.files().set('text', Buffer.from('after'))
      const object = { Bucket: BUCKET, Key: prefix + id }
      const whole = await (await s3.send(new GetObjectCommand(object))).Body!.transformToByteArray()
      const put = (Body: Uint8Array) => s3.send(new PutObjectCommand({ ...object, Body }))
      await put(whole.subarray(0, -1))
      expect(await restore(volume, id)).toMatchObject({ status: 'failed', message: expect.stringContaining('cut off') as string })
      await put(whole.map((byte, index) => (index === 20 ? byte ^ 1 : byte)))
      expect(await restore(volume, id)).toMatchObject({ status: 'failed', message: expect.stringContaining('checksum') as string })
      await s3.send(new DeleteObjectCommand(object))
      expect(await restore(volume, id)).toMatchObject({ status: 'failed', message: expect.stringContaining('not in the bucket snapshots any more') as string })
      await t.database.sql`update stores set endpoint = 'http://127.0.0.1:1' where id = ${storeId}`
      expect(await restore(volume, id)).toMatchObject({ status: 'failed', message: expect.stringContaining('Nothing answers') as string, safetySnapshotId: null })
      const failed = await take(volume)
      expect(await get(failed)).toMatchObject({ status: 'failed', message: expect.stringContaining('Nothing answers') as string })
      await t.database.sql`update stores set endpoint = ${place.endpoint} where id = ${storeId}`
      expect(volume.files().get('text')!.toString()).toBe('after')
    })
  })

  describe('an upload that ends in the middle', () => {
    /** More than a part, then what is given. */
    const begun = (last: () => Promise<Buffer>) =>
      Readable.from(
        (async function* () {
          yield randomBytes(17 * MIB)
          yield await last()
        })(),
      )

    test('by an error leaves nothing', async () => {
      const id = newId('snapshot')
      const content = begun(() => Promise.reject(new Error('the source broke')))
      await expect(keep(s3Store({ ...place, prefix }), { id, content }, signal)).rejects.toThrow('the source broke')
      expect((await lies()).uploads).toEqual([])
      expect((await lies()).objects).not.toContain(id)
    })

    test('by an abort leaves nothing', async () => {
      const id = newId('snapshot')
      const stop = new AbortController()
      const content = begun(async () => {
        stop.abort(new Error('told to stop'))
        return randomBytes(MIB)
      })
      await expect(keep(s3Store({ ...place, prefix }), { id, content }, stop.signal)).rejects.toThrow()
      expect((await lies()).uploads).toEqual([])
      expect((await lies()).objects).not.toContain(id)
    })

    test('by the death of its worker is begun anew by the next, and what was there of it is removed', async () => {
      const volume = await volumeWith(randomBytes(20 * MIB))
      const id = await ask(volume)
      await leave(id)
      await t.database.sql`update snapshots set status = 'running' where id = ${id}`
      expect((await lies()).uploads).toEqual([id])
      await t.settle()
      expect(await get(id)).toMatchObject({ status: 'done' })
      const found = await lies()
      expect(found.uploads).toEqual([])
      expect(found.objects).toContain(id)
    })

    test('is found later when nobody begins it anew, as are objects of what is gone', async () => {
      const volume = await volumeWith(Buffer.from('x'))
      const [kept, gone, never] = [await take(volume), await take(volume), newId('snapshot')]
      await leave(never)
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${prefix}not-ours`, Body: 'x' }))
      await t.database.sql`delete from snapshots where id = ${gone}`
      await sweepStores(t.engine, signal)
      const found = await lies()
      expect(found.uploads).toEqual([])
      expect(found.objects).toEqual(expect.arrayContaining([kept, 'not-ours']))
      expect(found.objects).not.toContain(gone)
    })

    /** What a worker leaves that is killed after a part. */
    async function leave(id: string): Promise<void> {
      const object = { Bucket: BUCKET, Key: prefix + id }
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object))
      await s3.send(new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: randomBytes(5 * MIB) }))
    }
  })

  test('a plan keeps its snapshots there, and removes the objects of those that it keeps no longer', async () => {
    const volume = await volumeWith(Buffer.from('x'))
    await t.call(snapshotSchedule, { ...volume.named, plan: { schedule: '0 * * * *', timeZone: 'UTC', keepCount: 1, keepDays: null, storeId } }, { as: t.as })
    const view = await t.call(snapshotPlan, volume.named, { as: t.as })
    expect(view).toMatchObject({ plan: { store: { id: storeId } }, stores: [{ id: storeId, name: 'offsite', problem: null }] })
    const taken: string[] = []
    for (let hour = 0; hour < 2; hour++) {
      t.clock.now = new Date((await t.call(snapshotPlan, volume.named, { as: t.as })).nextAt!)
      await planSnapshots(t.engine)
      await t.settle()
      const [row] = await t.database.sql<{ id: string }[]>`select id from snapshots where volume_id = ${volume.id} and status = 'done' order by id desc limit 1`
      taken.push(row!.id)
    }
    const { objects } = await lies()
    expect(objects).toContain(taken[1])
    expect(objects).not.toContain(taken[0])
  })

  test('is not moved nor deleted while something lies in it, and leaves nothing when it is', async () => {
    const named = { organizationId: t.organizationId, storeId }
    await expect(t.call(storeUpdate, { ...named, bucket: 'elsewhere' }, { as: t.as })).rejects.toThrow('Snapshots lie in the bucket snapshots')
    await expect(t.call(storeDelete, named, { as: t.as })).rejects.toThrow(/snapshots? lies? in offsite/)
    await t.database.sql`delete from snapshots where store_id = ${storeId}`
    await expect(t.call(storeDelete, named, { as: t.as })).rejects.toThrow('by schedule')
    await t.database.sql`delete from snapshot_plans where store_id = ${storeId}`
    await t.call(storeDelete, named, { as: t.as })
    expect((await t.call(storeList, { organizationId: t.organizationId }, { as: t.as })).items).toEqual([])
    await sweepStores(t.engine, signal)
    expect(await lies()).toEqual({ objects: ['not-ours'], uploads: [] })
    expect(await t.database.sql`select id from stores where id = ${storeId}`).toEqual([])
  })
})
