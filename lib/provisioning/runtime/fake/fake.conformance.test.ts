import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { conformance, PLAIN, type Subject } from '../conformance'
import type { RuntimeDriver, Workload } from '../driver'
import { fakeDriver } from './fake-driver'

let count = 0

function fakeWorkload(fields: Partial<Workload> = {}): Workload {
  const id = ++count
  return {
    name: `dep-${id}`,
    role: 'service',
    part: '0',
    environmentId: 'env_1',
    serviceId: `svc_${id}`,
    deploymentId: `dep_${id}`,
    generation: 1,
    ...PLAIN,
    start: { kind: 'command', argv: ['app'], cwd: '/' },
    env: {},
    port: 20_000 + id,
    health: { kind: 'auto', path: '/', argv: [], intervalMs: 1000, timeoutMs: 1000, failures: 1, successes: 1 },
    ...fields,
  }
}

async function makeSubject(): Promise<Subject> {
  const directory = await mkdtemp(join(tmpdir(), 'fake-runtime-'))
  const fake = fakeDriver({ directory })
  // The program of this runtime: it prints when it is started and then does what it is told.
  const driver: RuntimeDriver = {
    ...fake,
    async apply(workload, signal) {
      const before = fake.world.runs.get(workload.name)?.seen.pid
      await fake.apply(workload, signal)
      if (fake.world.runs.get(workload.name)?.seen.pid === before) return
      fake.print(workload.name, 'stdout', 'up')
      if (workload.role === 'service') fake.print(workload.name, 'stderr', 'careful')
    },
  }
  return {
    driver,
    workload(kind, fields) {
      const workload = fakeWorkload(fields)
      if (kind === 'works') fake.jobs(workload.serviceId, 'runs')
      if (kind === 'silent') fake.fail(workload.serviceId, 'health')
      if (kind === 'missing') fake.fail(workload.serviceId, 'start')
      return workload
    },
    checkCommand: ['check'],
    makeSick: async ({ serviceId }) => fake.fail(serviceId, 'health'),
    makeWell: async ({ serviceId }) => fake.heal(serviceId),
    exit: async ({ name }, code) => fake.end(name, code),
    async takePort(port) {
      fake.takePort(port)
      return async () => fake.freePort(port)
    },
    reopen: async () => driver,
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
}

conformance('fake', makeSubject)

const never = new AbortController().signal

test('a crashing service exits whenever it is applied, until it is healed', async () => {
  const fake = fakeDriver()
  const app = fakeWorkload()
  fake.fail(app.serviceId, 'crash')
  await fake.apply(app, never)
  expect((await fake.observe(null, never))[0]).toMatchObject({ phase: 'exited', exit: { code: 1 } })
  fake.heal(app.serviceId)
  await fake.apply(app, never)
  expect(fake.serving(app.serviceId)).toEqual([app.deploymentId])
})

test.each(['before', 'after'] as const)('a call told to fail %s its effect fails once', async (when) => {
  const fake = fakeDriver()
  const app = fakeWorkload()
  fake.failNext('apply', when)
  await expect(fake.apply(app, never)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await fake.observe(null, never)).toHaveLength(when === 'before' ? 0 : 1)
  await fake.apply(app, never)
  expect((await fake.observe(null, never))[0]).toMatchObject({ phase: 'running', restarts: 0 })
})

test('a job ends with code 0 at once, or as it is told', async () => {
  const fake = fakeDriver()
  const job = (fields: Partial<Workload> = {}) => fakeWorkload({ role: 'job', port: null, health: null, ...fields })
  const [quick, failing] = [job(), job()]
  fake.jobs(failing.serviceId, 9)
  await fake.apply(quick, never)
  await fake.apply(failing, never)
  expect(await fake.observe(null, never)).toMatchObject([{ phase: 'exited', exit: { code: 0 } }, { phase: 'exited', exit: { code: 9 } }])
})
