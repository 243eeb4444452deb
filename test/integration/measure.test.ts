import { afterEach, beforeEach, expect, it } from 'vitest'
import type { z } from 'zod'

import { metricQuery } from '../../lib/contract/metric'
import { projectCreate } from '../../lib/contract/project'
import { serviceDelete } from '../../lib/contract/service'
import { volumeCreate } from '../../lib/contract/volume'
import type { Measure } from '../../lib/domain/metric/measure'
import type { Use } from '../../lib/provisioning/runtime/driver'
import { packMetrics } from '../../lib/telemetry/metric/pack'
import { makeMeasurer, type Measurer } from '../../lib/worker/measure'
import { engineForTest, type TestEngine } from '../harness/engine'

// From a look at what runs to the points of a chart.

const START = Date.parse('2026-03-01T10:00:00Z')

let t: TestEngine
let service: { id: string }
let deploymentId: string
let measurer: Measurer

beforeEach(async () => {
  t = await engineForTest()
  service = await t.service('api')
  deploymentId = await t.deploy(service)
  await t.settle()
  measurer = makeMeasurer({ ...t.engine, now: () => new Date(START) }, t.engine)
})
afterEach(() => t.close())

const use = (fields: Partial<Use> = {}): Use => ({
  name: deploymentId,
  environmentId: t.environmentId,
  serviceId: service.id,
  deploymentId,
  part: '0',
  at: new Date(0),
  memoryBytes: 1_000,
  memoryLimitBytes: 4_000,
  cpuMilli: 100,
  cpuLimitMilli: null,
  pids: 3,
  pidsLimit: null,
  receivedBytes: null,
  sentBytes: null,
  readBytes: null,
  writtenBytes: null,
  ...fields,
})
const keep = (seconds: number, ...uses: Use[]) => measurer.keep(uses, new Date(START + seconds * 1000))
const ask = async (input: Partial<z.input<typeof metricQuery.input>> & { measure: Measure }) => {
  t.clock.now = new Date(START + 3_600_000)
  return t.call(metricQuery, { environmentId: t.environmentId, from: new Date(START).toISOString(), until: new Date(START + 60_000).toISOString(), stepSeconds: 10, ...input }, { as: t.as })
}

it('shows what workloads used, with limits, by service and by part', async () => {
  await keep(0, use(), use({ name: 'second', part: '1', memoryBytes: 500 }))
  await keep(10, use({ memoryBytes: 2_000 }), use({ name: 'second', part: '1', memoryBytes: 500 }))
  await keep(30, use({ memoryBytes: 3_000 }))
  expect(await ask({ measure: 'memory', by: 'service' })).toEqual({
    measure: 'memory',
    unit: 'bytes',
    stepSeconds: 10,
    from: '2026-03-01T10:00:00.000Z',
    until: '2026-03-01T10:01:00.000Z',
    series: [{ labels: { serviceId: service.id, name: 'api' }, points: [1_500, 2_500, null, 3_000, null, null], limit: 4_000 }],
  })
  expect((await ask({ measure: 'memory', by: 'part' })).series.map(({ labels, points }) => [labels, points.slice(0, 4)])).toEqual([
    [{ serviceId: service.id, name: 'api', deployment: deploymentId, number: '1', part: '0' }, [1_000, 2_000, null, 3_000]],
    [{ serviceId: service.id, name: 'api', deployment: deploymentId, number: '1', part: '1' }, [500, 500, null, null]],
  ])
  expect((await ask({ measure: 'memory', stepSeconds: 60, take: 'highest', by: 'part' })).series.map(({ points }) => points)).toEqual([[3_000], [500]])
  expect((await ask({ measure: 'memory', stepSeconds: 60 })).series).toEqual([{ labels: {}, points: [expect.closeTo(7_000 / 3)], limit: 4_000 }])
})

it('counts bytes a second, also when a workload begins anew, and nothing over a gap', async () => {
  const bytes = [5_000, 6_000, 6_000, 300, null, 400]
  for (const [index, receivedBytes] of bytes.entries()) await keep(index * 10, use({ receivedBytes }))
  expect((await ask({ measure: 'network_in' })).series).toEqual([{ labels: {}, points: [null, 100, 0, 30, null, 10], limit: null }])
  expect((await ask({ measure: 'disk_write' })).series).toEqual([])
})

it('counts restarts, also those of what is younger than the look before', async () => {
  const seen = (name: string, restarts: number, bornAt: number) => t.database.sql`update workloads set name = ${name}, restarts = ${restarts}, first_seen_at = ${new Date(START + bornAt * 1000).toISOString()} where service_id = ${service.id}`
  await keep(0)
  await seen('young', 2, 5)
  await keep(10)
  await seen('young', 5, 5)
  await keep(20)
  await seen('old', 7, -60)
  await keep(30)
  expect((await ask({ measure: 'restarts' })).series).toMatchObject([{ points: [null, 2, 3, null, null, null] }])
})

it('takes all runs of a service for one part', async () => {
  await keep(0, use({ name: 'a', part: 'run_a' }), use({ name: 'b', part: 'run_b', memoryLimitBytes: null }))
  expect((await ask({ measure: 'memory', by: 'part' })).series).toMatchObject([{ labels: { part: 'run' }, points: [2_000, null, null, null, null, null], limit: null }])
})

it('tells what volumes hold, between two measurements as well, but not when the last one is old', async () => {
  const { id } = await t.call(volumeCreate, { environmentId: t.environmentId, name: 'data', limitMib: 1 }, { as: t.as })
  await t.database.sql`update volumes set size_bytes = 700, sized_at = ${new Date(START).toISOString()}`
  for (const seconds of [0, 10]) await keep(seconds)
  await keep(200)
  const { series } = await ask({ measure: 'volume_used', by: 'volume', until: new Date(START + 210_000).toISOString() })
  expect(series).toMatchObject([{ labels: { volumeId: id, name: 'data' }, limit: 1_048_576 }])
  expect(series[0]!.points.filter((point) => point !== null)).toEqual([700, 700])
})

it('still shows a service that was deleted, without its name, and no other environment', async () => {
  await keep(0, use())
  await packMetrics(t.engine.db, new Date(START + 3_600_000))
  const other = await t.call(projectCreate, { name: 'Other' }, { as: t.as })
  await t.call(serviceDelete, { serviceId: service.id }, { as: t.as })
  await t.settle()
  await t.settle({ forMs: 60_000 })
  expect((await ask({ measure: 'cpu', by: 'service' })).series).toEqual([{ labels: { serviceId: service.id }, points: [100, null, null, null, null, null], limit: null }])
  expect((await ask({ measure: 'cpu', by: 'service', environmentId: other.environments[0]!.id })).series).toEqual([])
})

it('refuses a span that ends before it begins, and answers a year in days', async () => {
  await expect(ask({ measure: 'cpu', until: new Date(START - 1).toISOString() })).rejects.toMatchObject({ code: 'invalid_input' })
  const year = await ask({ measure: 'cpu', from: new Date(START - 365 * 86_400_000).toISOString(), stepSeconds: undefined })
  expect(year.stepSeconds).toBe(86_400)
})
