import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import { listOurs } from './containers'
import { makeRoom } from './room'
import { runFolder } from './state'

// Several drivers on one engine and one folder, each doing what it likes.

const never = new AbortController().signal
const WORKERS = 3
const ROUNDS = 8
let t: DockerSubject
beforeEach(async () => {
  t = await makeDockerSubject()
})
afterEach(() => t.dispose())

const ours = () => listOurs(makeRoom({ api: t.api, owner: { instanceId: t.mark, targetId: 'tgt_1' }, folder: t.folder, log: undefined as never, reach: { kind: 'container' }, pool: '', closing: never, changed: () => undefined }), never)

test('start, stop and remove a service: there is one container at most, and the record is right at the end', async () => {
  const app = t.workload('serves')
  let state = 7
  const random = () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296
  const work = async () => {
    const driver = t.openDriver()
    const choices = [
      () => driver.apply(app, never),
      () => driver.apply(app, never),
      () => driver.stop(app, 1_000, never),
      () => driver.remove(app, 1_000, never),
      async () => {
        const seen = await find(driver, app.name)
        if (seen) expect(seen.phase === 'exited').toBe(seen.exit !== null)
        expect((await ours()).length).toBeLessThanOrEqual(1)
      },
    ]
    for (let round = 0; round < ROUNDS; round++) await choices[Math.floor(random() * choices.length)]!()
    await driver.close()
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  const last = t.openDriver()
  await last.apply(app, never)
  await untilSeen(last, app.name, isHealthy)
  expect(await ours()).toHaveLength(1)
  await last.stop(app, 2_000, never)
  expect(await find(last, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
})

test('apply a job: its program is started once', async () => {
  const app = t.workload('works', { role: 'job', part: 'run_1', port: null, health: null })
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      const driver = t.openDriver()
      for (let round = 0; round < ROUNDS; round++) await driver.apply(app, never)
      await driver.close()
    }),
  )
  await t.exit(app, 8)
  expect(await untilSeen(t.driver, app.name, hasExited)).toMatchObject({ exit: { code: 8, byPlatform: false }, restarts: 0 })
  await t.driver.logFiles(never)
  expect(readFileSync(runFolder(t.folder, app.name).stdout, 'utf8')).toBe('up\n')
})

test('what one has started the other sees, with its health and its end', async () => {
  const app = t.workload('serves')
  const [one, other] = [t.driver, t.openDriver()]
  await one.apply(app, never)
  const first = await untilSeen(other, app.name, isHealthy)
  await other.apply(app, never)
  expect(await find(one, app.name)).toMatchObject({ pid: first.pid, restarts: 0 })
  await t.exit(app, 2)
  expect(await untilSeen(other, app.name, hasExited)).toMatchObject({ exit: { code: 2 } })
  await other.apply(app, never)
  expect(await untilSeen(one, app.name, isHealthy)).toMatchObject({ restarts: 1 })
  await t.makeSick(app)
  await Promise.all([one, other].map((driver) => untilSeen(driver, app.name, (seen) => seen.health === 'unhealthy')))
})
