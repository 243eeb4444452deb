import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { changeApply, changeDiscard, revisionList, revisionRestore } from '../../lib/contract/change'
import { deploymentCreate, deploymentGet, deploymentRedeploy, deploymentRollback } from '../../lib/contract/deployment'
import { projectCreate } from '../../lib/contract/project'
import { serviceCreate, serviceDelete, serviceDuplicate, serviceGet, serviceRestore, serviceUpdate } from '../../lib/contract/service'
import type { Source } from '../../lib/contract/source'
import { UPLOAD_PATH, uploadCreate, UploadView } from '../../lib/contract/upload'
import { TAR_END, tarFilling, tarHeader } from '../../lib/domain/archive/tar'
import { handleUpload } from '../../lib/http/transfer'
import { sendOrder } from '../../lib/http/worker-door'
import { log } from '../../lib/log'
import { serveUploads } from '../../lib/worker/serve-uploads'
import { sweepUploads } from '../../lib/worker/sweep-uploads'
import { listenTerminals, type TerminalServer } from '../../lib/worker/terminals/listen'
import { engineForTest, type TestEngine } from '../harness/engine'

// Builds take as long as the machine lets them.
vi.setConfig({ testTimeout: 240_000 })

const never = new AbortController().signal
let t: TestEngine
let directory: string
let worker: TerminalServer

beforeAll(async () => {
  t = await engineForTest({ EASEL_UPLOAD_MIB: '1', EASEL_UPLOAD_UNPACKED_MIB: '2', EASEL_UPLOAD_FILES: '20' })
  directory = await mkdtemp(join(tmpdir(), 'easel-uploads-'))
  await listen()
})
afterAll(async () => {
  await worker.close()
  await rm(directory, { recursive: true, force: true })
  await t.close()
})

async function listen(): Promise<void> {
  worker = await listenTerminals({ directory, db: t.engine.db, now: t.engine.now, driverOf: async () => t.engine.driver, log, onRequest: serveUploads(t.engine) })
}
const as = () => ({ as: t.as })
const archive = (files: Record<string, string>) => gzipSync(Buffer.concat([...Object.entries(files).flatMap(([path, text]) => [tarHeader({ path, sizeBytes: text.length }), Buffer.from(text), tarFilling(text.length)]), TAR_END]))
const site = (text: string) => archive({ 'index.html': `<h1>${text}</h1>` })
const ticketFor = async (name: string, sizeBytes = 100) => (await t.call(uploadCreate, { environmentId: t.environmentId, name, sizeBytes }, as())).path.slice(UPLOAD_PATH.length + 1)

async function send(ticket: string, content: Readable, length: number | null): Promise<UploadView> {
  const answer = await sendOrder(directory, { ticket, signal: never, path: '/uploads', content: { body: content, length: length === null ? null : String(length) } })
  return UploadView.parse(JSON.parse(Buffer.concat((await answer.toArray()) as Buffer[]).toString()))
}
async function uploaded(bytes: Buffer, name = 'shop'): Promise<UploadView> {
  return send(await ticketFor(name, bytes.length), Readable.from([bytes]), bytes.length)
}
const sourceOf = ({ id, name }: UploadView): Source => ({ type: 'upload', uploadId: id, name })
const draw = async (upload: UploadView) => t.call(serviceCreate, { environmentId: t.environmentId, source: sourceOf(upload) }, as())
async function deployed(serviceId: string): Promise<string> {
  const { id } = await t.call(deploymentCreate, { serviceId }, as())
  await t.settle({ forMs: 2_000 })
  expect(await t.outcome(id)).toMatchObject({ status: 'active', message: null })
  return id
}
/** The page that a deployment was built to. */
async function pageOf(deploymentId: string): Promise<string> {
  const [row] = await t.database.sql<{ id: string }[]>`select artifact_id as id from deployments where id = ${deploymentId}`
  return readFileSync(join(t.engine.paths.artifact(row!.id), 'index.html'), 'utf8')
}
const files = () => (existsSync(t.engine.paths.uploads) ? readdirSync(t.engine.paths.uploads).sort() : [])
const age = (name: string) => utimesSync(join(t.engine.paths.uploads, name), new Date(0), new Date(0))
async function sweepAfter(ms: number): Promise<void> {
  t.clock.now = new Date(t.clock.now.getTime() + ms)
  for (const name of files()) age(name)
  await sweepUploads(t.engine, never)
}
const HOUR = 3_600_000

describe('an uploaded folder', () => {
  it('runs; sent again it is another version, and every deployment keeps to its own', async () => {
    const one = await uploaded(site('one'))
    expect(one).toMatchObject({ name: 'shop', files: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
    const service = await draw(one)
    expect(service).toMatchObject({ name: 'shop', source: { type: 'upload', uploadId: one.id } })
    await t.settle()
    expect((await t.call(serviceGet, { serviceId: service.id }, as())).inspection).toMatchObject({ status: 'done', recipe: { framework: 'static' } })
    const first = await deployed(service.id)
    expect(await pageOf(first)).toBe('<h1>one</h1>')

    const two = await uploaded(site('two'))
    await t.call(serviceUpdate, { serviceId: service.id, source: sourceOf(two) }, as())
    const second = await deployed(service.id)
    expect(await pageOf(second)).toBe('<h1>two</h1>')
    const named = async (deploymentId: string) => (await t.call(deploymentGet, { deploymentId }, as())).source
    expect([await named(first), await named(second)]).toEqual([sourceOf(one), sourceOf(two)])

    const again = await t.call(deploymentRedeploy, { deploymentId: first }, as())
    expect(again.source).toEqual(sourceOf(one))
    await t.settle({ forMs: 2_000 })
    expect(await pageOf(again.id)).toBe('<h1>one</h1>')
    const back = await t.call(deploymentRollback, { deploymentId: second }, as())
    await t.settle({ forMs: 2_000 })
    expect(await pageOf(back.id)).toBe('<h1>two</h1>')
    await t.call(serviceDelete, { serviceId: service.id }, as())
    await t.settle({ forMs: 10_000 })
    await sweepAfter(2 * HOUR)
    expect(files()).toEqual([])
  })

  it('stays while a kept build was made from it, or another service is, and no longer', async () => {
    const service = await draw(await uploaded(site('one')))
    const first = await deployed(service.id)
    const [one, two] = [await t.call(deploymentGet, { deploymentId: first }, as()).then(({ source }) => source), await uploaded(site('two'))]
    await t.call(serviceUpdate, { serviceId: service.id, source: sourceOf(two) }, as())
    await sweepAfter(2 * HOUR)
    expect(files()).toHaveLength(2)
    await t.call(changeDiscard, { environmentId: t.environmentId, items: [{ serviceId: service.id }] }, as())
    expect((await t.call(serviceGet, { serviceId: service.id }, as())).source).toEqual(one)
    await sweepAfter(2 * HOUR)
    expect(files()).not.toContain(two.digest)

    const twin = await t.call(serviceDuplicate, { serviceId: service.id }, as())
    await t.call(serviceDelete, { serviceId: service.id }, as())
    await t.settle({ forMs: 10_000 })
    await sweepAfter(2 * HOUR)
    expect(files()).toHaveLength(1)
    expect(await pageOf(await deployed(twin.id))).toBe('<h1>one</h1>')
    await t.call(serviceDelete, { serviceId: twin.id }, as())
    await t.settle({ forMs: 10_000 })
    await sweepAfter(2 * HOUR)
    expect(files()).toEqual([])
    await expect(t.call(serviceCreate, { environmentId: t.environmentId, source: sourceOf(two) }, as())).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Upload the folder again') as string })
  })

  it('that two services share is one file, and stays for as long as one of them has it', async () => {
    const [one, other] = await Promise.all([uploaded(site('same')), uploaded(site('same'), 'other')])
    expect(one.digest).toBe(other.digest)
    expect(files()).toEqual([one.digest])
    const service = await draw(one)
    await sweepAfter(2 * HOUR)
    expect(files()).toEqual([one.digest])
    await expect(draw(other)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await pageOf(await deployed(service.id))).toBe('<h1>same</h1>')
  })

  it('whose archive somebody has removed from the disk fails with a sentence', async () => {
    const upload = await uploaded(site('lost'))
    const service = await draw(upload)
    await rm(join(t.engine.paths.uploads, upload.digest))
    const { id } = await t.call(deploymentCreate, { serviceId: service.id }, as())
    await t.settle({ forMs: 2_000 })
    expect(await t.outcome(id)).toMatchObject({ status: 'failed', reason: 'source_not_found', message: 'The archive of this upload is not there any more. Upload the folder again.' })
  })
})

describe('a service whose upload is gone', () => {
  it('is left out of a revision that is set again, with the reason; the rest of it is drawn', async () => {
    const service = await draw(await uploaded(site('once'), 'passing'))
    const other = await t.call(serviceCreate, { environmentId: t.environmentId, source: { type: 'template', template: 'static-site' } }, as())
    await t.call(changeApply, { environmentId: t.environmentId }, as())
    await t.settle({ forMs: 2_000 })
    const [revision] = (await t.call(revisionList, { environmentId: t.environmentId }, as())).items
    for (const { id } of [service, other]) await t.call(serviceDelete, { serviceId: id }, as())
    await t.settle({ forMs: 10_000 })
    await sweepAfter(2 * HOUR)
    const { left, changes } = await t.call(revisionRestore, { environmentId: t.environmentId, number: revision!.number }, as())
    expect(left.filter((line) => line.startsWith('passing'))).toEqual([expect.stringMatching(/^passing was left as it is: .*Upload the folder again\.$/) as string])
    const waiting = changes.map(({ name }) => name)
    expect(waiting).toContain(other.name)
    expect(waiting).not.toContain('passing')
  })

  it('is not drawn again after it was deleted', async () => {
    const service = await draw(await uploaded(site('once')))
    const { ticket } = await t.call(serviceDelete, { serviceId: service.id, keep: true }, as())
    await t.settle({ forMs: 10_000 })
    await t.database.sql`delete from uploads`
    await expect(t.call(serviceRestore, { environmentId: t.environmentId, ticket: ticket! }, as())).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Upload the folder again') as string })
  })
})

describe('sending a folder', () => {
  it('that breaks off leaves nothing, and is begun again with the same address', async () => {
    const before = files()
    const bytes = site('broken off')
    const ticket = await ticketFor('shop', bytes.length)
    const breaks = Readable.from((async function* () {
      yield bytes.subarray(0, 20)
      throw new Error('The network is gone.')
    })())
    await expect(send(ticket, breaks, bytes.length)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(send(ticket, Readable.from([bytes.subarray(0, 20)]), 20)).rejects.toMatchObject({ code: 'invalid_input' })
    await worker.close()
    await expect(send(ticket, Readable.from([bytes]), bytes.length)).rejects.toMatchObject({ code: 'unavailable' })
    await listen()
    const [one, twin] = await Promise.all([send(ticket, Readable.from([bytes]), bytes.length), send(ticket, Readable.from([bytes]), bytes.length)])
    expect(one).toEqual(twin)
    // Whoever has heard no answer asks again, also with something else, and nothing changes.
    const other = site('else')
    expect(await send(ticket, Readable.from([other]), other.length)).toEqual(one)
    await expect.poll(files).toEqual([...before, one.digest].sort())
  })

  it('over which a worker has died is cleared up, and what is arriving is left alone', async () => {
    await sweepAfter(2 * HOUR)
    const before = files()
    mkdirSync(t.engine.paths.uploads, { recursive: true })
    const [dead, arriving, nameless] = ['dead.partial', 'arriving.partial', 'f'.repeat(64)]
    for (const name of [dead, arriving, nameless]) writeFileSync(join(t.engine.paths.uploads, name), 'x')
    for (const name of [dead, nameless]) age(name)
    await sweepUploads(t.engine, never)
    expect(files()).toEqual([...before, arriving].sort())
    await sweepAfter(0)
    expect(files()).toEqual(before)
  })

  it('is refused without an address of ours, with an old one, too large, without a length, and when it is not safe', async () => {
    const before = files()
    const bytes = site('x')
    await expect(send('v1.k1.a.b', Readable.from([bytes]), bytes.length)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(ticketFor('shop', 1_048_577)).rejects.toMatchObject({ code: 'limit_exceeded', message: expect.stringContaining('more than 1 MiB as an archive') as string })
    const ticket = await ticketFor('shop')
    await expect(send(ticket, Readable.from([Buffer.alloc(1_048_577)]), 1_048_577)).rejects.toMatchObject({ code: 'limit_exceeded' })
    await expect(send(ticket, Readable.from([bytes]), null)).rejects.toMatchObject({ code: 'invalid_input' })
    const evil = archive({ '../../evil.txt': 'x' })
    await expect(send(ticket, Readable.from([evil]), evil.length)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('leads out of it') as string })
    const bomb = archive({ 'zeros.bin': '0'.repeat(3_000_000) })
    expect(bomb.length).toBeLessThan(10_000)
    await expect(send(ticket, Readable.from([bomb]), bomb.length)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('more than 2 MiB') as string })
    const many = archive(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`${n}.txt`, 'x'])))
    await expect(send(ticket, Readable.from([many]), many.length)).rejects.toMatchObject({ message: expect.stringContaining('more than 20 files') as string })
    expect(files()).toEqual(before)
    t.clock.now = new Date(t.clock.now.getTime() + HOUR + 1)
    await expect(send(ticket, Readable.from([bytes]), bytes.length)).rejects.toMatchObject({ code: 'forbidden' })
    expect(files()).toEqual(before)
  })

  it('while no worker answers is refused, and all of it is read, because browsers listen when they have sent everything', async () => {
    let left = 40
    const body = new ReadableStream<Uint8Array>({ pull: (to) => (left-- > 0 ? to.enqueue(new Uint8Array(65_536)) : to.close()) })
    const answer = await handleUpload(new Request('http://localhost/api/upload/x', { method: 'PUT', body, headers: { 'content-length': '1000' }, duplex: 'half' } as RequestInit), 'x')
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'unavailable' })
    await expect.poll(() => left).toBeLessThan(0)
  })

  it('is told in the activity, and is for the services of its project only', async () => {
    const upload = await uploaded(site('mine'))
    const [told] = await t.database.sql<{ subject: string; data: { upload: string } }[]>`select subject, data from events where type = 'upload.created' order by id desc limit 1`
    expect(told).toMatchObject({ subject: 'shop', data: { upload: upload.id } })
    const elsewhere = (await t.call(projectCreate, { name: 'Elsewhere' }, as())).environments[0]!.id
    await expect(t.call(serviceCreate, { environmentId: elsewhere, source: sourceOf(upload) }, as())).rejects.toMatchObject({ code: 'invalid_input' })
  })
})
