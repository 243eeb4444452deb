import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { groupMembers } from '../../process/group-members'
import { identify, isAlive, type ProcessIdentity } from '../../process/identity'
import { runCommand } from '../../process/run-command'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'
import { makeProcessSubject, type ProcessSubject } from './process-subject'
import { processesOf, runFiles, runFolder } from './run-folder'
import { keep } from './keeper'
import { lookAt, markStopping } from './look'
import { usableState, writeState } from './state'
import { buildWorker } from './worker-subject'

// What outlives a worker, and what must not be touched when it comes back.

const never = new AbortController().signal
let t: ProcessSubject
beforeEach(async () => {
  t = await makeProcessSubject()
})
afterEach(() => t.dispose())

async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + 15_000
  while (!(await met())) {
    if (Date.now() > limit) throw new Error('It did not happen in time.')
    await sleep(20)
  }
}

function leaderOf(workload: Workload): ProcessIdentity {
  return usableState(runFolder(t.paths, workload.name))!.leader!
}

async function runWorker(app: Workload, work: string, onLine: (text: string, kill: () => void) => void): Promise<string | null> {
  const worker = await buildWorker({ paths: t.paths, app, work })
  try {
    return await worker.run(onLine)
  } finally {
    worker.dispose()
  }
}

/** Applies the workload in a worker that is killed before it can do anything else. */
async function applyInWorkerThatIsKilled(workload: Workload): Promise<void> {
  const lines: string[] = []
  const signal = await runWorker(workload, `await driver.apply(app, never); process.kill(process.pid, 'SIGKILL')`, (text) => lines.push(text))
  expect({ signal, lines }).toEqual({ signal: 'SIGKILL', lines: [] })
}

describe('a worker that was killed', { timeout: 60_000 }, () => {
  test('leaves its workloads running, and the next one takes them over', async () => {
    const app = t.workload('serves')
    await applyInWorkerThatIsKilled(app)
    const next = t.openDriver()
    const seen = await untilSeen(next, app.name, isHealthy)
    await next.apply(app, never)
    expect(await find(next, app.name)).toMatchObject({ pid: seen.pid, restarts: 0 })
  })

  test('an exit while no worker is alive is known with its code afterwards', async () => {
    const app = await t.script(`setTimeout(() => process.exit(42), 50)`)
    await applyInWorkerThatIsKilled(app)
    await until(() => !isAlive(leaderOf(app)))
    expect(await find(t.openDriver(), app.name)).toMatchObject({ phase: 'exited', exit: { code: 42, signal: null, byPlatform: false } })
  })

  test('an exit of what was taken over is noticed, with its code', async () => {
    const app = t.workload('serves')
    await applyInWorkerThatIsKilled(app)
    const next = t.openDriver()
    const told: string[] = []
    next.watch((environmentId) => told.push(environmentId))
    await untilSeen(next, app.name, isHealthy)
    told.length = 0
    await t.exit(app, 9)
    await until(() => told.includes(app.environmentId))
    expect(await find(next, app.name)).toMatchObject({ exit: { code: 9 } })
  })

  test('between starting a process and writing it down leaves what the next one takes over', async () => {
    const app = t.workload('serves')
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
    const first = leaderOf(app)
    await t.driver.close()
    const folder = runFolder(t.paths, app.name)
    writeState(folder, { ...usableState(folder)!, leader: null })
    const next = t.openDriver()
    expect(await find(next, app.name)).toMatchObject({ phase: 'running', pid: first.pid })
    await next.apply(app, never)
    expect(leaderOf(app)).toEqual(first)
    expect(await find(next, app.name)).toMatchObject({ phase: 'running', pid: first.pid, restarts: 0 })
  })

  // Milliseconds after its first word, spread over what one round takes.
  test.each([1, 10, 25, 45, 70, 120, 200, 330])('%i ms into a life of starting and ending leaves nothing that a repeat does not mend', async (afterMs) => {
    const app = t.workload('serves')
    const rounds = `console.log('begin'); for (;;) {
      await driver.apply(app, never); await driver.stop(app, 50, never); await driver.apply(app, never); await driver.remove(app, 50, never)
    }`
    await runWorker(app, rounds, (_, kill) => void setTimeout(kill, afterMs))
    const next = t.openDriver()
    await next.observe(null, never)
    await next.apply(app, never)
    await untilSeen(next, app.name, isHealthy)
    // The keeper and its program, and no second copy.
    expect(groupMembers(processesOf(runFolder(t.paths, app.name), null))).toHaveLength(2)
    await next.remove(app, 1_000, never)
    expect(await next.observe(null, never)).toEqual([])
    expect(groupMembers(processesOf(runFolder(t.paths, app.name), null))).toEqual([])
  })

  test('in the middle of stopping is finished by a repeat', async () => {
    const app = await t.script(`process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`)
    await t.driver.apply(app, never)
    await until(() => readFileSync(runFolder(t.paths, app.name).stdout, 'utf8') === 'up\n')
    const abort = new AbortController()
    const stopping = t.driver.stop(app, 60_000, abort.signal)
    const folder = runFolder(t.paths, app.name)
    await until(() => lookAt(folder, usableState(folder)!).stopping)
    abort.abort()
    await expect(stopping).rejects.toThrow()
    const next = await t.reopen()
    expect((await find(next, app.name))?.phase).toBe('starting')
    await next.stop(app, 100, never)
    expect(await find(next, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
    expect(groupMembers(processesOf(runFolder(t.paths, app.name), leaderOf(app)))).toEqual([])
  })

  test('in the middle of stopping leaves what apply ends and starts anew', async () => {
    const app = t.workload('serves')
    await t.driver.apply(app, never)
    const first = leaderOf(app)
    const folder = runFolder(t.paths, app.name)
    markStopping(runFiles(folder, usableState(folder)!.run))
    await t.driver.apply(app, never)
    expect(isAlive(first)).toBe(false)
    await untilSeen(t.driver, app.name, isHealthy)
  })
})

describe('a pid that now belongs to another process', { timeout: 60_000 }, () => {
  test.each(['written down', 'not written down'])('is neither taken over nor killed, when the start was %s', async (when) => {
    const [stranger, app] = [t.workload('serves'), t.workload('silent')]
    await t.driver.apply(stranger, never)
    await t.driver.apply(app, never)
    const other = leaderOf(stranger)
    await t.driver.stop(app, 500, never)
    const folder = runFolder(t.paths, app.name)
    // As it would be had the system given the pid away again.
    const state = usableState(folder)!
    writeState(folder, { ...state, leader: when === 'written down' ? { pid: other.pid, startTime: other.startTime.replace(/\d+$/, '1') } : null })
    writeFileSync(runFiles(folder, state.run).claim, `${other.pid}\n`)
    rmSync(runFiles(folder, state.run).stopping)
    const next = await t.reopen()
    expect(await find(next, app.name)).toMatchObject({ phase: 'exited', pid: null })
    await next.stop(app, 0, never)
    await next.apply(app, never)
    await next.remove(app, 0, never)
    expect(isAlive(other)).toBe(true)
  })
})

describe('a state that cannot be read', { timeout: 60_000 }, () => {
  test('stops no look at the others, and the workload can be applied and removed', async () => {
    const [broken, fine] = [t.workload('serves'), t.workload('serves')]
    await t.driver.apply(broken, never)
    await t.driver.apply(fine, never)
    const first = leaderOf(broken)
    await t.driver.close()
    writeFileSync(runFolder(t.paths, broken.name).state, '{ "version": 1, "na')
    const next = t.openDriver()
    expect((await next.observe(null, never)).map((seen) => seen.name)).toEqual([fine.name])
    await next.apply(broken, never)
    expect(isAlive(first)).toBe(false)
    await untilSeen(next, broken.name, isHealthy)
    writeFileSync(runFolder(t.paths, broken.name).state, '')
    const second = groupMembers(processesOf(runFolder(t.paths, broken.name), null))
    await next.remove(broken, 1_000, never)
    expect(second.length).toBeGreaterThan(0)
    expect(second.filter(({ pid, startTime }) => isAlive({ pid, startTime }))).toEqual([])
  })

  test('a folder without one is no workload', async () => {
    mkdirSync(join(t.paths.workloads, 'dep-empty'), { recursive: true })
    expect(await t.driver.observe(null, never)).toEqual([])
    await t.driver.remove({ name: 'dep-empty', environmentId: '', serviceId: '', deploymentId: '' }, 0, never)
  })
})

describe('a state of the first version', { timeout: 60_000 }, () => {
  /** As the first version would have left it, with the process it speaks of. */
  function makeFormer(app: Workload, fields: Record<string, unknown>): void {
    const folder = runFolder(t.paths, app.name)
    const { name, environmentId, serviceId, deploymentId, generation, port, leader, startedAt, restarts } = usableState(folder)!
    const check = { kind: 'auto', path: '/', intervalMs: 100, timeoutMs: 1_000, failures: 2 }
    const health = { health: 'healthy', healthMessage: null, wasHealthy: true, host: '127.0.0.1' }
    rmSync(folder.runs, { recursive: true })
    writeFileSync(folder.state, JSON.stringify({ version: 1, name, environmentId, serviceId, deploymentId, generation, port, check, leader, startedAt, restarts, stopping: false, ...health, exit: null, ...fields }))
  }

  test('is what it was: it runs, goes on, and its end is known', async () => {
    const app = t.workload('serves')
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
    const first = leaderOf(app)
    await t.driver.close()
    makeFormer(app, {})
    const next = t.openDriver()
    expect(await find(next, app.name)).toMatchObject({ role: 'service', part: '0', phase: 'running', health: 'healthy', pid: first.pid, address: { host: '127.0.0.1', port: app.port } })
    await next.apply(app, never)
    expect(await find(next, app.name)).toMatchObject({ phase: 'running', pid: first.pid, restarts: 0 })
    writeFileSync(join(runFolder(t.paths, app.name).path, 'exit'), '7\n')
    for (const { pid } of groupMembers(processesOf(runFolder(t.paths, app.name), first))) process.kill(pid, 'SIGKILL')
    expect(await untilSeen(next, app.name, hasExited)).toMatchObject({ exit: { code: 7, signal: null, byPlatform: false } })
    await next.apply(app, never)
    expect(await untilSeen(next, app.name, isHealthy)).toMatchObject({ restarts: 1 })
  })

  test('keeps an end that was seen then', async () => {
    const app = t.workload('serves')
    await t.driver.apply(app, never)
    await t.driver.stop(app, 500, never)
    makeFormer(app, { stopping: true, exit: { code: null, signal: 'SIGTERM', at: '2026-01-02T03:04:05.000Z', byPlatform: true } })
    expect(await find(t.driver, app.name)).toMatchObject({ phase: 'exited', exit: { code: null, signal: 'SIGTERM', at: new Date('2026-01-02T03:04:05Z'), byPlatform: true } })
  })
})

describe('a job whose worker was killed', { timeout: 60_000 }, () => {
  const job = () => t.workload('works', { role: 'job', part: 'run_1', port: null, health: null })
  const printed = (app: Workload) => readFileSync(runFolder(t.paths, app.name).stdout, 'utf8')
  /** As though the worker had died before it wrote the start down. */
  function forgetLeader(app: Workload): void {
    const folder = runFolder(t.paths, app.name)
    writeState(folder, { ...usableState(folder)!, leader: null })
  }

  test('before it wrote the start down is seen running, and is not started again', async () => {
    const app = job()
    await t.driver.apply(app, never)
    const first = leaderOf(app)
    await until(() => printed(app) === 'up\n')
    await t.driver.close()
    forgetLeader(app)
    const next = t.openDriver()
    expect(await find(next, app.name)).toMatchObject({ phase: 'running', pid: first.pid, exit: null })
    await next.apply(app, never)
    expect(leaderOf(app)).toEqual(first)
    await t.exit(app, 6)
    expect(await untilSeen(next, app.name, hasExited)).toMatchObject({ exit: { code: 6, byPlatform: false } })
    expect(printed(app)).toBe('up\n')
  })

  test('and that ended meanwhile is seen with its code, without another apply', async () => {
    const app = job()
    await t.driver.apply(app, never)
    const first = leaderOf(app)
    await t.driver.close()
    forgetLeader(app)
    await t.exit(app, 5)
    await until(() => !isAlive(first))
    const next = t.openDriver()
    expect(await find(next, app.name)).toMatchObject({ phase: 'exited', exit: { code: 5, signal: null } })
    await next.apply(app, never)
    expect(await find(next, app.name)).toMatchObject({ phase: 'exited', exit: { code: 5 }, restarts: 0 })
  })

  test('and that was killed meanwhile has ended with neither code nor signal, for good', async () => {
    const app = job()
    await t.driver.apply(app, never)
    await until(() => printed(app) === 'up\n')
    await t.driver.close()
    const members = groupMembers(processesOf(runFolder(t.paths, app.name), leaderOf(app)))
    // The keeper first, so that it writes nothing.
    process.kill(leaderOf(app).pid, 'SIGKILL')
    for (const { pid } of members.filter((member) => member.pid !== leaderOf(app).pid)) process.kill(pid, 'SIGKILL')
    await until(() => members.every(({ pid, startTime }) => !isAlive({ pid, startTime })))
    forgetLeader(app)
    const next = t.openDriver()
    const seen = await find(next, app.name)
    expect(seen).toMatchObject({ phase: 'exited', exit: { code: null, signal: null, byPlatform: false } })
    await next.apply(app, never)
    expect(await find(next, app.name)).toEqual(seen)
    expect(printed(app)).toBe('up\n')
  })

  test('before anything was started is not there, and is started by the next', async () => {
    const app = job()
    await t.driver.apply(app, never)
    await until(() => printed(app) === 'up\n')
    await t.driver.stop(app, 500, never)
    const folder = runFolder(t.paths, app.name)
    forgetLeader(app)
    rmSync(folder.runs, { recursive: true })
    mkdirSync(runFiles(folder, 'job').path, { recursive: true })
    const next = await t.reopen()
    expect(await find(next, app.name)).toBeUndefined()
    await next.apply(app, never)
    expect(await find(next, app.name)).toMatchObject({ phase: 'running' })
  })

  test('is started by one keeper only, also when a late one of a dead worker comes after all', async () => {
    const app = job()
    await t.driver.apply(app, never)
    await until(() => printed(app) === 'up\n')
    const folder = runFolder(t.paths, app.name)
    const { code } = await runCommand({ argv: keep(folder, runFiles(folder, 'job'), ['node', '-e', 'console.log("twice")']), cwd: '/', env: {}, signal: never, timeoutMs: 10_000, onLine: (_, text) => expect(text).toBe('') })
    expect(code).toBe(125)
    expect(await find(t.driver, app.name)).toMatchObject({ phase: 'running', pid: leaderOf(app).pid })
  })

  // Milliseconds after its first word, spread over what a start takes.
  test.each([0, 1, 2, 4, 7, 12, 20, 40])('again and again, %i ms into applying it, is started once', async (afterMs) => {
    const app = job()
    const worker = await buildWorker({ paths: t.paths, app, work: `console.log('begin'); for (;;) await driver.apply(app, never)` })
    try {
      for (let round = 0; round < 3; round++) await worker.run((_, kill) => void setTimeout(kill, afterMs))
    } finally {
      worker.dispose()
    }
    const next = t.openDriver()
    await next.apply(app, never)
    await until(() => printed(app) !== '')
    await t.exit(app, 4)
    expect(await untilSeen(next, app.name, hasExited)).toMatchObject({ exit: { code: 4 }, restarts: 0 })
    expect(printed(app)).toBe('up\n')
  })
})

describe('a keeper that was killed', { timeout: 60_000 }, () => {
  test('gives an exit that is unknown, and its program is ended', async () => {
    const app = t.workload('serves')
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
    const programs = groupMembers(processesOf(runFolder(t.paths, app.name), leaderOf(app)))
    expect(programs.length).toBe(2)
    process.kill(leaderOf(app).pid, 'SIGKILL')
    expect(await untilSeen(t.driver, app.name, hasExited)).toMatchObject({ exit: { code: null, signal: null, byPlatform: false } })
    await until(() => programs.every(({ pid, startTime }) => !isAlive({ pid, startTime })))
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
  })

  test('a program that was killed is seen with the signal', async () => {
    const app = await t.script(`console.log(process.pid); setInterval(() => {}, 1000)`)
    await t.driver.apply(app, never)
    const stdout = () => readFileSync(runFolder(t.paths, app.name).stdout, 'utf8')
    await until(() => stdout().endsWith('\n'))
    expect(identify(Number(stdout()))).not.toBeNull()
    process.kill(Number(stdout()), 'SIGKILL')
    expect(await untilSeen(t.driver, app.name, hasExited)).toMatchObject({ exit: { code: null, signal: 'SIGKILL', byPlatform: false } })
  })
})
