import { Writable } from 'node:stream'

import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { deploymentCreate, deploymentGet } from '../../lib/contract/deployment'
import { projectCreate } from '../../lib/contract/project'
import { log } from '../../lib/log'
import { carriedTrace, isTracing, traced, traceFields, withinTrace } from '../../lib/trace'
import { startTracing, type Tracing } from '../../lib/tracing/start'
import { engineForTest, type TestEngine } from '../harness/engine'
import { traceSink, type SentSpan, type TraceSink } from '../harness/trace-sink'

// One trace from a request through its job to what is done at the runtime, as a collector gets it.

let t: TestEngine
let sink: TraceSink
let tracing: Tracing

beforeAll(async () => {
  t = await engineForTest()
  sink = await traceSink()
  tracing = await startTracing({ url: sink.url, headers: { 'x-collector-key': 'of the collector' }, service: 'test', log })
})
afterAll(async () => {
  await tracing?.stop()
  await sink?.close()
  await t?.close()
})

/** From the first span of a trace to one of this name. */
function wayTo(name: string, spans: readonly SentSpan[]): string[] {
  const way: string[] = []
  for (let span = spans.find((each) => each.name === name); span; span = spans.find(({ spanId }) => spanId === span!.parentId)) way.unshift(span.name)
  return way
}

it('covers a deployment: request, transaction, job, stages, reconcile and what is done at the runtime', async () => {
  const service = await t.service('shop')
  await t.settle()
  const { id, traceId } = await t.call(deploymentCreate, { serviceId: service.id }, { as: t.as })
  expect(traceId).toMatch(/^[0-9a-f]{32}$/)
  await t.settle()
  await tracing.flush()
  const own = sink.spans.filter((span) => span.traceId === traceId)
  // The job is caused within the transaction, and is not lost with a coalesced look.
  const request = ['deployment.create', 'transaction']
  const job = [...request, 'job run-deployment']
  for (const stage of ['fetch', 'detect', 'build', 'release']) expect(wayTo(`stage:${stage}`, own)).toEqual([...job, `stage:${stage}`])
  const applied = wayTo('runtime apply', own)
  expect(applied.slice(0, 3)).toEqual(job)
  expect(applied.slice(-4)).toEqual(['job reconcile', 'reconcile', 'step:apply', 'runtime apply'])
  expect(own.find(({ name }) => name === 'runtime apply')?.attributes).toMatchObject({ 'easel.deployment': id, 'easel.service': service.id })
  expect(own.filter(({ parentId }) => parentId === null).map(({ name }) => name)).toEqual(['deployment.create'])
  expect(own.filter(({ isError }) => isError)).toEqual([])
  const ids = new Set(own.map(({ spanId }) => spanId))
  expect(own.filter(({ parentId }) => parentId !== null && !ids.has(parentId))).toEqual([])
  expect((await t.call(deploymentGet, { deploymentId: id }, { as: t.as })).traceId).toBe(traceId)
  expect(sink.headers[0]).toMatchObject({ 'x-collector-key': 'of the collector' })
}, 30_000)

it('is another one for each request, and tells of a failure its code and nothing else', async () => {
  await expect(t.call(deploymentGet, { deploymentId: 'dep_0000000000000000000000' }, { as: t.as })).rejects.toThrow()
  const create = () => t.call(projectCreate, { name: 'The secret word is swordfish' }, { as: t.as })
  await Promise.all([create(), create().catch(() => undefined)])
  await tracing.flush()
  const failed = sink.spans.find(({ name, isError }) => name === 'deployment.get' && isError)
  expect(failed?.attributes).toMatchObject({ 'error.type': 'not_found', 'easel.operation': 'deployment.get', 'easel.request_id': 'req_test' })
  const roots = sink.spans.filter(({ name }) => name === 'project.create')
  expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(2)
  expect(JSON.stringify(sink.spans)).not.toContain('swordfish')
})

it('is named by the log of the platform', async () => {
  const lines: string[] = []
  const own = pino({ mixin: traceFields }, new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) }))
  await traced('some work', {}, async () => own.info('within'))
  own.info('outside')
  await tracing.flush()
  const span = sink.spans.find(({ name }) => name === 'some work')!
  expect(lines.map((line) => JSON.parse(line) as Record<string, unknown>)).toMatchObject([{ msg: 'within', trace_id: span.traceId, span_id: span.spanId }, { msg: 'outside' }])
  expect(lines[1]).not.toContain('trace_id')
})

it('is carried on for a while only, and by nothing that cannot be read', async () => {
  const begun = Date.now()
  const carried = await traced('cause', {}, async () => carriedTrace(begun))
  const later = (ms: number) => withinTrace(carried, () => traced('later', {}, async () => carriedTrace(begun + ms)))
  expect(await later(60_000)).toMatch(new RegExp(`^${carried!.slice(0, 36)}[0-9a-f]{16}-01;${begun}$`))
  expect(await later(16 * 60_000)).toBeNull()
  for (const wrong of [undefined, null, 7, '', 'garbage', `${carried}x`, carried!.replace('00-', '99-')]) {
    expect((await withinTrace(wrong, () => traced('alone', {}, async () => carriedTrace(begun))))?.slice(0, 36)).not.toBe(carried!.slice(0, 36))
  }
})

it('hurts nothing when the collector does not answer, and is gone when nobody wants it', async () => {
  sink.holds = true
  const service = await t.service('unheard')
  const id = await t.deploy(service)
  await t.settle()
  const flushed = tracing.flush()
  await expect.poll(() => sink.held.length, { timeout: 10_000 }).toBeGreaterThan(0)
  // The collector still holds what it was sent.
  expect((await t.outcome(id)).status).toBe('active')
  for (const response of sink.held) response.destroy()
  sink.holds = false
  await flushed
  await tracing.stop()
  expect(isTracing()).toBe(false)
  const before = sink.spans.length
  const { traceId } = await t.call(deploymentCreate, { serviceId: service.id }, { as: t.as })
  expect(traceId).toBeNull()
  await t.settle()
  expect(sink.spans.length).toBe(before)
  expect(await t.database.sql`select 1 from graphile_worker._private_jobs where payload::text like '%trace%'`).toEqual([])
}, 30_000)
