import { afterEach, beforeEach, expect, it } from 'vitest'

import { environmentUse, serviceUse } from '../../lib/contract/use'
import type { Use } from '../../lib/provisioning/runtime/driver'
import { makeMeasurer } from '../../lib/worker/measure'
import { takeUse } from '../../lib/worker/use'
import { engineForTest, oneTarget, type TestEngine } from '../harness/engine'

let t: TestEngine
let service: { id: string }
let deploymentId: string
let now: Use[]

beforeEach(async () => {
  t = await engineForTest()
  service = await t.service('api')
  deploymentId = await t.deploy(service)
  await t.settle()
})
afterEach(() => t.close())

const sample = (fields: Partial<Use> = {}): Use => ({
  name: deploymentId.replace('_', '-'),
  environmentId: t.environmentId,
  serviceId: service.id,
  deploymentId,
  part: '0',
  at: new Date(0),
  memoryBytes: 100,
  memoryLimitBytes: 400,
  cpuMilli: null,
  cpuLimitMilli: 500,
  pids: 3,
  pidsLimit: null,
  receivedBytes: null,
  sentBytes: null,
  readBytes: null,
  writtenBytes: null,
  ...fields,
})
const take = () => takeUse({ ...t.engine, targets: oneTarget({ ...t.runtime, use: async () => now }) }, makeMeasurer(t.engine, t.engine))
const shown = async () => (await t.call(serviceUse, { serviceId: service.id }, { as: t.as })).uses

it('shows the newest sample of each workload, with its limits', async () => {
  now = [sample(), sample({ name: 'dep-other-1', part: '1', memoryBytes: 7 })]
  await take()
  t.clock.now = new Date(Date.now() + 10_000)
  now = [sample({ memoryBytes: 120, cpuMilli: 250 }), sample({ name: 'dep-other-1', part: '1', memoryBytes: 7 })]
  await take()
  expect(await shown()).toMatchObject([
    { part: '0', deploymentNumber: 1, memory: { bytes: 120, limitBytes: 400 }, cpu: { milli: 250, limitMilli: 500 }, processes: { count: 3, limit: null } },
    { part: '1', memory: { bytes: 7 } },
  ])
  expect(await t.call(environmentUse, { environmentId: t.environmentId }, { as: t.as })).toEqual({ services: [{ serviceId: service.id, memoryBytes: 127, cpuMilli: expect.any(Number) }] })
})

it('forgets what was not measured for a minute', async () => {
  now = [sample()]
  await take()
  expect(await shown()).toHaveLength(1)
  t.clock.now = new Date(Date.now() + 61_000)
  expect(await shown()).toEqual([])
  now = []
  await take()
  expect(await t.database.sql`select * from workload_uses`).toHaveLength(0)
})

it('keeps what other targets say while one does not answer', async () => {
  const targets = oneTarget({ ...t.runtime, use: async () => [sample()] })
  const [good] = await targets.all()
  const silent = { ...good!, id: 'tgt_silent', driver: { ...t.runtime, use: () => Promise.reject(new Error('The engine is gone.')) } }
  await takeUse({ ...t.engine, targets: { ...targets, all: async () => [silent, good!] } }, makeMeasurer(t.engine, t.engine))
  expect(await shown()).toHaveLength(1)
})
