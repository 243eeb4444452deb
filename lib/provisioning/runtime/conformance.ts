import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { fencing } from './conformance/fencing'
import { jobs } from './conformance/jobs'
import { volumes } from './conformance/volumes'
import { endOf, find, GRACE_MS, hasExited, isHealthy, never, PATIENCE_MS, untilSeen, type Subject } from './conformance/subject'
import type { Workload } from './driver'

export { find, hasExited, isHealthy, PLAIN, untilSeen, type AppKind, type Subject } from './conformance/subject'

// What every runtime must do, the fake included. A runtime gives a subject: its driver, and ways to make an app behave.

/** The suite. `makeSubject` is called before every test, `dispose` after it. */
export function conformance(name: string, makeSubject: () => Promise<Subject>): void {
  describe(`${name} runtime`, { timeout: 60_000 }, () => {
    let subject: Subject
    beforeEach(async () => {
      subject = await makeSubject()
    })
    afterEach(() => subject.dispose())

    describe('starting and ending', () => startAndEnd(() => subject))
    describe('what it says', () => observing(() => subject))
    describe('parts of one deployment', () => parts(() => subject))
    describe('jobs', () => jobs(() => subject))
    describe('volumes', () => volumes(() => subject))
    describe('against the past and the absent', () => fencing(() => subject))
  })
}

function startAndEnd(subject: () => Subject): void {
  test('a workload that answers becomes healthy and has an address', async () => {
    const { driver, workload } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    const seen = await untilSeen(driver, app.name, isHealthy)
    expect(seen).toMatchObject({ serviceId: app.serviceId, generation: app.generation, restarts: 0, exit: null, healthMessage: null })
    expect(seen.address?.port).toBe(app.port)
  })

  test('applying twice starts it once', async () => {
    const { driver, workload } = subject()
    const app = workload('serves')
    await Promise.all([driver.apply(app, never), driver.apply(app, never)])
    const first = await untilSeen(driver, app.name, isHealthy)
    await driver.apply(app, never)
    expect(await find(driver, app.name)).toMatchObject({ pid: first.pid, startedAt: first.startedAt, restarts: 0 })
  })

  test('a workload that exits is seen with its code, and starts again when applied again', async () => {
    const { driver, workload, exit } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    await exit(app, 7)
    expect(await untilSeen(driver, app.name, hasExited)).toMatchObject({ exit: { code: 7, signal: null, byPlatform: false }, address: null, pid: null })
    await driver.apply(app, never)
    expect(await untilSeen(driver, app.name, isHealthy)).toMatchObject({ restarts: 1, exit: null })
  })

  test('a program that is not there is seen as exited, with a sentence', async () => {
    const { driver, workload } = subject()
    const app = workload('missing')
    await driver.apply(app, never)
    const seen = await untilSeen(driver, app.name, hasExited)
    expect(seen.exit).toMatchObject({ code: 127, byPlatform: false })
    expect(seen.healthMessage).toContain('was not found')
    await driver.apply(app, never)
    expect(await endOf(driver, app)).toMatchObject({ phase: 'exited', restarts: 1 })
  })

  test('stopping keeps the record and says that it was us; applying starts it again', async () => {
    const { driver, workload } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    await driver.stop(app, GRACE_MS, never)
    await driver.stop(app, GRACE_MS, never)
    expect(await find(driver, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
  })

  test('stopping what has exited by itself says that it was us', async () => {
    const { driver, workload, exit } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    await exit(app, 2)
    await untilSeen(driver, app.name, hasExited)
    await driver.stop(app, GRACE_MS, never)
    expect(await find(driver, app.name)).toMatchObject({ exit: { code: 2, byPlatform: true } })
  })

  test('removing leaves nothing, twice', async () => {
    const { driver, workload } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    await driver.remove(app, GRACE_MS, never)
    expect(await find(driver, app.name)).toBeUndefined()
    await driver.remove(app, GRACE_MS, never)
    expect(await driver.logFiles(never)).toEqual([])
  })

  test('a driver that is replaced between any two calls goes on where the last one was', async () => {
    const { driver, workload, reopen } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    const first = await untilSeen(await reopen(), app.name, isHealthy)
    await (await reopen()).apply(app, never)
    expect(await find(await reopen(), app.name)).toMatchObject({ pid: first.pid, phase: 'running', health: 'healthy', restarts: 0 })
    await (await reopen()).stop(app, GRACE_MS, never)
    expect(await find(await reopen(), app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
    await (await reopen()).remove(app, GRACE_MS, never)
    await (await reopen()).remove(app, GRACE_MS, never)
    expect(await (await reopen()).observe(null, never)).toEqual([])
  })
}

function observing(subject: () => Subject): void {
  test('a workload that never answers stays starting, with a sentence', async () => {
    const { driver, workload } = subject()
    const app = workload('silent')
    await driver.apply(app, never)
    const seen = await untilSeen(driver, app.name, (found) => found.healthMessage !== null)
    expect(seen).toMatchObject({ phase: 'starting', health: 'unknown', address: null, healthMessage: `Nothing listens on port ${app.port} yet.` })
  })

  test('a workload that falls ill is unhealthy and says why, and becomes healthy again', async () => {
    const { driver, workload, makeSick, makeWell } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    await makeSick(app)
    const sick = await untilSeen(driver, app.name, (seen) => seen.health === 'unhealthy')
    expect(sick).toMatchObject({ phase: 'running', healthMessage: 'GET / answered 500 Internal Server Error.' })
    await makeWell(app)
    expect(await untilSeen(driver, app.name, isHealthy)).toMatchObject({ healthMessage: null, restarts: 0 })
  })

  test('a check by command decides about health, with a sentence', async () => {
    const { driver, workload, checkCommand, makeSick, makeWell } = subject()
    const made = workload('serves')
    const app: Workload = { ...made, health: { ...made.health!, kind: 'command', argv: checkCommand, successes: 2 } }
    await driver.apply(app, never)
    expect((await untilSeen(driver, app.name, isHealthy)).address?.port).toBe(app.port)
    await makeSick(app)
    const sick = await untilSeen(driver, app.name, (seen) => seen.health === 'unhealthy')
    expect(sick.phase).toBe('running')
    expect(sick.healthMessage).toMatch(/^The check ".+" ended with code 1\./)
    await makeWell(app)
    expect(await untilSeen(driver, app.name, isHealthy)).toMatchObject({ healthMessage: null, restarts: 0 })
  })

  test('a look is at one environment, or at everything there', async () => {
    const { driver, workload } = subject()
    // Environments leave something on a shared engine: no two runs of this may mean the same.
    const mark = randomBytes(4).toString('hex')
    const [here, there] = [workload('silent', { environmentId: `env_here${mark}` }), workload('silent', { environmentId: `env_there${mark}` })]
    await driver.apply(here, never)
    await driver.apply(there, never)
    expect((await driver.observe(here.environmentId, never)).map((seen) => seen.name)).toEqual([here.name])
    expect((await driver.observe(null, never)).map((seen) => seen.name).sort()).toEqual([here.name, there.name].sort())
    expect(await driver.observe('env_nowhere', never)).toEqual([])
  })

  test('output is captured in files, by stream, across restarts', async () => {
    const { driver, workload, exit } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    await exit(app, 0)
    await untilSeen(driver, app.name, hasExited)
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    const files = await driver.logFiles(never)
    const text = async (stream: string) => readFile(files.find((file) => file.name === app.name && file.stream === stream)!.path, 'utf8')
    // What an engine has captured takes a moment to come over; what a process prints into a file is there.
    if (driver.capabilities.artifacts === 'images') await expect.poll(async () => (await text('stdout')) + (await text('stderr')), { timeout: PATIENCE_MS }).toHaveLength(22)
    expect(await text('stdout')).toBe('up\nup\n')
    expect(await text('stderr')).toBe('careful\ncareful\n')
  })

  test('a watcher is told when a workload exits, until it stops watching', async () => {
    const { driver, workload, exit } = subject()
    const app = workload('serves')
    const told: string[] = []
    const stopWatching = driver.watch((environmentId) => told.push(environmentId))
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    told.length = 0
    await exit(app, 1)
    await untilSeen(driver, app.name, hasExited)
    await expect.poll(() => told, { timeout: PATIENCE_MS }).toContain(app.environmentId)
    stopWatching()
    told.length = 0
    await driver.remove(app, GRACE_MS, never)
    expect(told).toEqual([])
  })
}

function parts(subject: () => Subject): void {
  test('replicas of a deployment live and end apart from each other', async () => {
    const { driver, workload, exit } = subject()
    const first = workload('serves')
    const second = workload('serves', { name: `${first.name}-1`, part: '1', serviceId: first.serviceId, deploymentId: first.deploymentId })
    await Promise.all([driver.apply(first, never), driver.apply(second, never)])
    for (const app of [first, second]) {
      expect(await untilSeen(driver, app.name, isHealthy)).toMatchObject({ deploymentId: first.deploymentId, role: 'service', part: app.part, address: { port: app.port } })
    }
    expect((await driver.logFiles(never)).map((file) => `${file.part} ${file.stream}`).sort()).toEqual(['0 stderr', '0 stdout', '1 stderr', '1 stdout'])
    await exit(second, 4)
    expect(await untilSeen(driver, second.name, hasExited)).toMatchObject({ exit: { code: 4 } })
    await driver.remove(second, GRACE_MS, never)
    expect(await driver.observe(null, never)).toMatchObject([{ name: first.name, phase: 'running', restarts: 0 }])
  })
}
