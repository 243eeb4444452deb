import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ObservedWorkload, RuntimeDriver, Workload } from './driver'

// What every runtime must do, the fake included. A runtime gives a subject: its driver, and ways to make an app behave.

export type AppKind =
  /** Listens on PORT and answers 200 until it is told otherwise; prints `up` to stdout and `careful` to stderr. */
  | 'serves'
  /** Never listens. */
  | 'silent'
  /** Listens nowhere, prints `up` to stdout, and runs until it is told to end: the program of a job. */
  | 'works'
  /** There is no such program. */
  | 'missing'

export type Subject = {
  driver: RuntimeDriver
  /** A new workload; every one of a service of its own unless the fields say otherwise. */
  workload(kind: AppKind, fields?: Partial<Workload>): Workload
  /** Program and arguments of a check of an app that serves: it passes while the app has not been made sick. */
  checkCommand: string[]
  /** Makes the app answer 500, or well again. */
  makeSick(workload: Workload): Promise<void>
  makeWell(workload: Workload): Promise<void>
  /** Makes the app end by itself. */
  exit(workload: Workload, code: number): Promise<void>
  /** Something foreign takes the port until the function returned is called. */
  takePort(port: number): Promise<() => Promise<void>>
  /** As after a restart of the worker: the former driver is gone, this one is on the same data. */
  reopen(): Promise<RuntimeDriver>
  dispose(): Promise<void>
}

const GRACE_MS = 3_000
const PATIENCE_MS = 15_000
const never = new AbortController().signal

/** What a workload asks for beside its program: nothing. */
export const PLAIN = { names: [], reaches: 'all', limits: { memoryMib: null, cpuMilli: null, pids: null }, readOnly: false, mounts: [] } satisfies Partial<Workload>

/** Looks until a workload is as wanted; the error shows the last look. */
export async function untilSeen(
  driver: RuntimeDriver,
  name: string,
  wanted: (seen: ObservedWorkload) => boolean,
): Promise<ObservedWorkload> {
  const limit = Date.now() + PATIENCE_MS
  for (;;) {
    const seen = await find(driver, name)
    if (seen && wanted(seen)) return seen
    if (Date.now() > limit) throw new Error(`Not seen in time. Last look: ${JSON.stringify(seen)}`)
    await sleep(30)
  }
}

export async function find(driver: RuntimeDriver, name: string): Promise<ObservedWorkload | undefined> {
  return (await driver.observe(null, never)).find((seen) => seen.name === name)
}

/** A program that is not there: the machine says so at once, a container after it has looked. */
async function endOf(driver: RuntimeDriver, { name }: Workload): Promise<ObservedWorkload | undefined> {
  return driver.capabilities.artifacts === 'images' ? untilSeen(driver, name, hasExited) : find(driver, name)
}

export const isHealthy = (seen: ObservedWorkload) => seen.phase === 'running' && seen.health === 'healthy'
export const hasExited = (seen: ObservedWorkload) => seen.phase === 'exited'

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
    await expect.poll(() => told).toContain(app.environmentId)
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

function jobs(subject: () => Subject): void {
  const job = (fields: Partial<Workload> = {}) => subject().workload('works', { role: 'job', part: 'run_1', port: null, health: null, ...fields })
  const printed = async (driver: RuntimeDriver, { name }: Workload) => readFile((await driver.logFiles(never)).find((file) => file.name === name && file.stream === 'stdout')!.path, 'utf8')

  test('a job runs at once, and has ended with its code', async () => {
    const { driver, exit } = subject()
    const app = job()
    await driver.apply(app, never)
    expect(await find(driver, app.name)).toMatchObject({ role: 'job', part: 'run_1', phase: 'running', health: 'unknown', healthMessage: null, address: null, exit: null })
    await expect.poll(() => printed(driver, app)).toBe('up\n')
    await exit(app, 3)
    expect(await untilSeen(driver, app.name, hasExited)).toMatchObject({ health: 'unknown', pid: null, exit: { code: 3, signal: null, byPlatform: false } })
  })

  test('a job is started once, however often it is applied and whoever applies it', async () => {
    const { driver, exit, reopen } = subject()
    const app = job()
    await Promise.all([driver.apply(app, never), driver.apply(app, never)])
    const first = await find(driver, app.name)
    await expect.poll(() => printed(driver, app)).toBe('up\n')
    const second = await reopen()
    await second.apply({ ...app, generation: 2 }, never)
    expect(await find(second, app.name)).toMatchObject({ pid: first!.pid, phase: 'running', generation: 2 })
    await exit(app, 0)
    const ended = await untilSeen(second, app.name, hasExited)
    await (await reopen()).apply({ ...app, generation: 2 }, never)
    const last = await reopen()
    expect(await find(last, app.name)).toMatchObject({ phase: 'exited', exit: ended.exit, restarts: 0, startedAt: first!.startedAt })
    expect(await printed(last, app)).toBe('up\n')
  })

  test('a job that is stopped has ended by the platform, and is not started again', async () => {
    const { driver } = subject()
    const app = job()
    await driver.apply(app, never)
    await driver.stop(app, GRACE_MS, never)
    await driver.stop(app, GRACE_MS, never)
    expect(await find(driver, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
    await driver.apply(app, never)
    expect(await find(driver, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true }, restarts: 0 })
  })

  test('a job that was removed is not started a second time', async () => {
    const { driver, reopen } = subject()
    const app = job()
    await driver.apply(app, never)
    await driver.remove(app, GRACE_MS, never)
    await expect(driver.apply(app, never)).rejects.toMatchObject({ code: 'stale_generation' })
    expect(await (await reopen()).observe(null, never)).toEqual([])
  })

  test('a job whose program is not there has ended, with a sentence', async () => {
    const { driver, workload } = subject()
    const app = workload('missing', { role: 'job', part: 'run_1', port: null, health: null })
    await driver.apply(app, never)
    await driver.apply(app, never)
    const seen = await endOf(driver, app)
    expect(seen).toMatchObject({ phase: 'exited', exit: { code: 127, byPlatform: false }, restarts: 0 })
    expect(seen!.healthMessage).toContain('was not found')
  })
}

function fencing(subject: () => Subject): void {
  test('an older generation is refused, after a removal and by a new driver too', async () => {
    const { driver, workload, reopen } = subject()
    const newer = workload('silent', { generation: 5 })
    const older = workload('silent', { generation: 4, serviceId: newer.serviceId })
    await driver.apply(newer, never)
    await expect(driver.apply(older, never)).rejects.toMatchObject({ code: 'stale_generation' })
    await driver.remove(newer, GRACE_MS, never)
    const later = await reopen()
    await expect(later.apply(older, never)).rejects.toMatchObject({ code: 'stale_generation' })
    expect(await later.observe(null, never)).toEqual([])
    await later.apply({ ...older, generation: 5 }, never)
    expect(await find(later, older.name)).toMatchObject({ generation: 5 })
  })

  test('a forgotten service leaves nothing behind, also when forgotten twice', async () => {
    const { driver, workload } = subject()
    const newer = workload('silent', { generation: 5 })
    await driver.apply(newer, never)
    await driver.remove(newer, GRACE_MS, never)
    await driver.forget(newer.serviceId, never)
    await driver.forget(newer.serviceId, never)
    const older = workload('silent', { generation: 1, serviceId: newer.serviceId })
    await driver.apply(older, never)
    expect(await find(driver, older.name)).toMatchObject({ generation: 1 })
  })

  test('a newer generation of what runs is taken note of without a restart', async () => {
    const { driver, workload } = subject()
    const app = workload('serves', { generation: 1 })
    await driver.apply(app, never)
    const first = await untilSeen(driver, app.name, isHealthy)
    await driver.apply({ ...app, generation: 2 }, never)
    expect(await find(driver, app.name)).toMatchObject({ generation: 2, pid: first.pid, restarts: 0 })
  })

  test('a port of the machine that somebody else listens on is a conflict, and can be used when it is free', async () => {
    const { driver, workload, takePort } = subject()
    const app = workload('serves')
    if (driver.capabilities.ports === 'workload') {
      const release = await takePort(app.port!)
      await driver.apply(app, never)
      await untilSeen(driver, app.name, isHealthy)
      return release()
    }
    const free = await takePort(app.port!)
    await expect(driver.apply(app, never)).rejects.toMatchObject({ code: 'conflict' })
    await free()
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
  })

  test('a port of the machine that another workload uses is a conflict; one of its own is not', async () => {
    const { driver, workload } = subject()
    const app = workload('serves')
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    const other = workload('serves', { port: app.port })
    if (driver.capabilities.ports === 'machine') return expect(driver.apply(other, never)).rejects.toMatchObject({ code: 'conflict' })
    await driver.apply(other, never)
    expect((await untilSeen(driver, other.name, isHealthy)).address).not.toEqual((await find(driver, app.name))!.address)
  })

  test('ending what was never there succeeds', async () => {
    const { driver, workload } = subject()
    await driver.stop(workload('serves'), GRACE_MS, never)
    await driver.remove(workload('serves'), GRACE_MS, never)
    expect(await driver.observe(null, never)).toEqual([])
  })

  test('an aborted call does nothing', async () => {
    const { driver, workload } = subject()
    const aborted = AbortSignal.abort()
    await expect(driver.apply(workload('serves'), aborted)).rejects.toThrow()
    await expect(driver.observe(null, aborted)).rejects.toThrow()
    expect(await driver.observe(null, never)).toEqual([])
  })
}
