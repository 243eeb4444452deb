import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { groupMembers } from '../../process/group-members'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'
import { lookAt } from './look'
import { makeProcessSubject, type ProcessSubject } from './process-subject'
import { processesOf, runFolder } from './run-folder'
import { usableState } from './state'
import { buildWorker } from './worker-subject'

// Several workers with a driver and monitors on the same workload at once, each doing what it likes.

const never = new AbortController().signal
const WORKERS = 3
let t: ProcessSubject
beforeEach(async () => {
  t = await makeProcessSubject()
})
afterEach(() => t.dispose())

const membersOf = (app: Workload) => groupMembers(processesOf(runFolder(t.paths, app.name), null))
const printed = (app: Workload, stream: 'stdout' | 'stderr') => readFileSync(runFolder(t.paths, app.name)[stream], 'utf8')

/** `choices`: what a worker does next, by chance. Its rounds end by themselves unless it is killed. */
function hammer(app: Workload, choices: string, rounds: number) {
  const work = `
    const seenRight = (seen) => { if (seen && (seen.phase === 'exited') !== (seen.exit !== null)) throw new Error('A record that contradicts itself: ' + JSON.stringify(seen)) }
    const observe = async () => seenRight((await driver.observe(null, never)).find((seen) => seen.name === app.name))
    const choices = [${choices}]
    const seed = process.pid * 2654435761 % 4294967296
    let state = seed
    const random = () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296
    console.log('begin')
    for (let round = 0; round < ${rounds}; round++) {
      try { await choices[Math.floor(random() * choices.length)]() } catch (error) {
        throw new Error('seed ' + seed + ', round ' + round, { cause: error })
      }
    }
    await driver.close()`
  return buildWorker({ paths: t.paths, app, work })
}

/** Runs the workers side by side, some of them killed in the middle, and looks at the processes all the while. */
async function runAll(app: Workload, worker: Awaited<ReturnType<typeof hammer>>): Promise<{ most: number; looks: number }> {
  let working = true
  let [most, looks] = [0, 0]
  const look = async () => {
    while (working) {
      most = Math.max(most, membersOf(app).length)
      looks++
      await sleep(3)
    }
  }
  const looking = look()
  try {
    const toTheirEnd = Array.from({ length: WORKERS }, () => worker.run())
    const killed = async () => {
      for (const afterMs of [5, 40, 90, 150, 220]) await worker.run((_, kill) => void setTimeout(kill, afterMs))
    }
    const all = [...toTheirEnd, killed()]
    await Promise.allSettled(all)
    await Promise.all(all)
  } finally {
    working = false
    await looking
    worker.dispose()
  }
  return { most, looks }
}

describe('workers on the same workload at once', { timeout: 120_000 }, () => {
  test('start, stop, end and remove a service: one run lives at most, and the record is right at the end', async () => {
    const app = t.workload('serves')
    const exit = `() => fetch('http://127.0.0.1:${app.port}/exit/3').then((r) => r.text()).catch(() => undefined)`
    const start = `() => driver.apply(app, never)`
    const worker = await hammer(app, `${start}, ${start}, ${start}, observe, observe, ${exit}, () => driver.stop(app, 30, never), () => driver.remove(app, 30, never)`, 60)
    const { most, looks } = await runAll(app, worker)
    expect(looks).toBeGreaterThan(20)
    // The keeper and its program.
    expect(most).toBeLessThanOrEqual(2)
    const last = t.openDriver()
    await last.apply(app, never)
    const seen = await untilSeen(last, app.name, isHealthy)
    expect(membersOf(app)).toHaveLength(2)
    const state = usableState(runFolder(t.paths, app.name))!
    expect(state.leader?.pid).toBe(seen.pid)
    expect(lookAt(runFolder(t.paths, app.name), state)).toMatchObject({ lives: true, stopping: false })
    // A second run beside the first would have found its port taken.
    expect(printed(app, 'stderr')).not.toContain('EADDRINUSE')
    await last.stop(app, 3_000, never)
    expect(await find(last, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
    expect(membersOf(app)).toEqual([])
  })

  test('apply a job: its program is started once', async () => {
    const app = t.workload('works', { role: 'job', part: 'run_1', port: null, health: null })
    const worker = await hammer(app, `() => driver.apply(app, never), observe`, 100)
    await runAll(app, worker)
    const last = t.openDriver()
    await last.apply(app, never)
    expect(await find(last, app.name)).toMatchObject({ phase: 'running' })
    await t.exit(app, 8)
    expect(await untilSeen(last, app.name, hasExited)).toMatchObject({ exit: { code: 8, byPlatform: false }, restarts: 0 })
    expect(printed(app, 'stdout')).toBe('up\n')
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
    const second = await untilSeen(one, app.name, isHealthy)
    expect(second).toMatchObject({ restarts: 1 })
    expect(second.pid).not.toBe(first.pid)
    await t.makeSick(app)
    await Promise.all([one, other].map((driver) => untilSeen(driver, app.name, (seen) => seen.health === 'unhealthy')))
  })
})
