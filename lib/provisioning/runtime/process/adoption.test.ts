import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { groupMembers } from '../../process/group-members'
import { identify, isAlive, type ProcessIdentity } from '../../process/identity'
import { runCommand } from '../../process/run-command'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'
import { makeProcessSubject, type ProcessSubject } from './process-subject'
import { processesOf, runFiles, runFolder } from './run-folder'
import { lookAt, markStopping } from './look'
import { usableState, writeState } from './state'

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

/** A worker as a process of its own, which does this with `driver`, `app` and `never` and prints what it likes. */
async function runWorker(workload: Workload, work: string, onLine: (text: string, kill: () => void) => void): Promise<string | null> {
  // Inside node_modules, so that the bundle finds the packages it does not contain.
  const folder = join(process.cwd(), 'node_modules', '.cache', `easel-adoption-${process.pid}-${workload.name}`)
  const outfile = join(folder, 'worker.mjs')
  const contents = `
    import { pino } from 'pino'
    import { dataPaths } from './lib/provisioning/paths'
    import { processDriver } from './lib/provisioning/runtime/process/process-driver'
    const paths = dataPaths(${JSON.stringify(join(t.paths.workloads, '..'))})
    const driver = processDriver({ paths, log: pino({ level: 'silent' }), platformEntry: { staticServer: '' } })
    const [app, never] = [${JSON.stringify(workload)}, new AbortController().signal]
    ${work}
  `
  try {
    await build({ stdin: { contents, resolveDir: process.cwd(), loader: 'ts' }, bundle: true, platform: 'node', format: 'esm', packages: 'external', outfile })
    const env = { PATH: `${join(process.execPath, '..')}:/usr/bin:/bin` }
    let worker: ProcessIdentity
    const kill = () => process.kill(worker.pid, 'SIGKILL')
    const onSpawn = (identity: ProcessIdentity) => void (worker = identity)
    const lines = (_: string, text: string) => onLine(text, kill)
    return (await runCommand({ argv: ['node', outfile], cwd: process.cwd(), env, signal: never, timeoutMs: 30_000, onSpawn, onLine: lines })).signal
  } finally {
    rmSync(folder, { recursive: true, force: true })
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
