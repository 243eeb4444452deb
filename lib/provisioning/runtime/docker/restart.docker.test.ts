import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { canStartSecondEngine, startSecondEngine, type SecondEngine } from '@/test/docker/second-engine'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'

// An engine that is ended and comes back.

const never = new AbortController().signal
const COUNTS = `
let count = 0
setInterval(() => console.log('line ' + count++), 5)
process.on('SIGTERM', () => process.exit(0))
require('node:http').createServer((q, s) => s.end()).listen(Number(process.env.PORT), '0.0.0.0')`
let engine: SecondEngine
let t: DockerSubject
beforeAll(async () => {
  if (canStartSecondEngine) engine = await startSecondEngine()
})
afterAll(() => engine?.dispose())
beforeEach(async () => {
  if (canStartSecondEngine) t = await makeDockerSubject({ api: engine.api })
})
afterEach(() => t?.dispose())

const textOf = async (app: Workload) => readFileSync((await t.driver.logFiles(never)).find((file) => file.name === app.name && file.stream === 'stdout')!.path, 'utf8')

/** What was printed since each start is there without a gap and without a repeat. */
function expectWhole(text: string, starts: number): void {
  const runs: number[][] = []
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(/^line \d+$/)
    const count = Number(line.slice(5))
    if (count === 0) runs.push([])
    runs.at(-1)?.push(count)
  }
  expect(runs).toHaveLength(starts)
  for (const run of runs) expect(run).toEqual(run.map((_, index) => index))
}

describe.skipIf(!canStartSecondEngine).each(['SIGTERM', 'SIGKILL'] as const)('an engine that was ended by %s', (signal) => {
  test('is unavailable while it is away; then what ran is seen as exited, starts again, and has lost no line', async () => {
    const app = t.script(COUNTS)
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
    await expect.poll(() => textOf(app), { timeout: 20_000 }).toContain('line 20\n')
    await engine.end(signal)
    await expect(t.driver.observe(null, never)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(t.driver.apply(app, never)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await t.driver.probe(never)).toMatchObject({ ok: false })
    expect(await t.driver.logFiles(never)).toHaveLength(2)
    const told: string[] = []
    t.driver.watch((environmentId) => told.push(environmentId))
    await engine.start()
    await expect.poll(() => told, { timeout: 30_000 }).toContain(app.environmentId)
    expect(await t.driver.probe(never)).toMatchObject({ ok: true })
    expect(await untilSeen(t.driver, app.name, hasExited)).toMatchObject({ exit: { byPlatform: false }, address: null, restarts: 0 })
    await t.driver.apply(app, never)
    expect(await untilSeen(t.driver, app.name, isHealthy)).toMatchObject({ restarts: 1 })
    await t.driver.stop(app, 2_000, never)
    expectWhole(await textOf(app), 2)
  })

  test('leaves a job that ran as ended, and does not start it again', async () => {
    const app = t.workload('works', { role: 'job', part: 'run_1', port: null, health: null })
    await t.driver.apply(app, never)
    await expect.poll(() => textOf(app), { timeout: 20_000 }).toBe('up\n')
    await engine.end(signal)
    await engine.start()
    await expect.poll(() => find(t.driver, app.name), { timeout: 30_000 }).toMatchObject({ phase: 'exited' })
    await t.driver.apply(app, never)
    expect(await find(t.driver, app.name)).toMatchObject({ phase: 'exited', restarts: 0 })
    expect(await textOf(app)).toBe('up\n')
  })
})
